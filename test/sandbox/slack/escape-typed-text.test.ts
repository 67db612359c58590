import { expect, test } from 'vitest';
import { escapeTypedText } from '../../../src/sandbox/slack/escape-typed-text.ts';

const NAMES = {
  users: [
    { id: 'U1', name: 'ann', realName: 'Ann', email: null, isBot: false, deleted: false },
    { id: 'U2', name: 'bob.b', realName: 'Bob', email: null, isBot: false, deleted: false },
  ],
  channels: [{ id: 'C1', name: 'sales', topic: '', kind: 'public' as const, members: [], archived: false }],
};

test.each([
  ['an e-mail address becomes a mailto link', 'find a.b+c@x.org', 'find <mailto:a.b+c@x.org|a.b+c@x.org>'],
  [
    'an e-mail address in brackets keeps the brackets',
    '[contact:a@x.org]',
    '[contact:<mailto:a@x.org|a@x.org>]',
  ],
  ['an e-mail address after an equals sign is linked too', 'email=a@x.org', 'email=<mailto:a@x.org|a@x.org>'],
  ['a closing full stop is not part of a mail address', 'to a@x.org.', 'to <mailto:a@x.org|a@x.org>.'],
  ['an address is put in angle brackets', 'https://x.org/a?b=1&c=2', '<https://x.org/a?b=1&amp;c=2>'],
  ['a closing comma is not part of an address', 'see https://x.org/a, ok', 'see <https://x.org/a>, ok'],
  ['a bare domain is linked', 'at acme.com', 'at <http://acme.com|acme.com>'],
  ['a person gets id and name', 'transfer to @ann', 'transfer to <@U1|ann>'],
  ['a name with a dot is found', '@bob.b!', '<@U2|bob.b>!'],
  ['a name that nobody has stays', '@carl', '@carl'],
  ['a channel gets id and name', 'in #sales', 'in <#C1|sales>'],
  ['an issue reference is no channel', 'acme/app#1', 'acme/app#1'],
  ['everybody at once', '@here hi', '<!here> hi'],
  ['signs are escaped once', 'a < b & c > d', 'a &lt; b &amp; c &gt; d'],
  ['tokens typed by hand are text', '<@U1>', '&lt;@U1&gt;'],
  ['quotes and dashes are left alone', '“Ada L.” — x', '“Ada L.” — x'],
])('%s', (_says, typed, expected) => {
  expect(escapeTypedText(typed, NAMES, true)).toBe(expected);
});

test('in messages people carry no name', () => {
  expect(escapeTypedText('@ann in #sales', NAMES, false)).toBe('<@U1> in <#C1|>');
});
