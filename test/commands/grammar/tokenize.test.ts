import { describe, expect, it } from 'vitest';
import type { Surface, Token } from '../../../src/commands/grammar/token.ts';
import { asOption, tokenize } from '../../../src/commands/grammar/tokenize.ts';

/** A token in short: `word:ada`, `option:org=Navy`, `email:a@b.co`, … */
function short(token: Token): string {
  switch (token.kind) {
    case 'word':
    case 'quoted':
      return `${token.kind}:${token.text}`;
    case 'option':
      return `option:${token.key}=${token.value}`;
    case 'flag':
      return `flag:${token.name}`;
    case 'email':
    case 'contact':
      return `${token.kind}:${token.address}`;
    case 'link':
      return `link:${token.url}`;
    case 'phone':
      return `phone:${token.number}`;
    default:
      return `${token.kind}:${token.id}`;
  }
}

function read(text: string, surface: Surface): string[] {
  return tokenize(text, surface).tokens.map(short);
}

type Row = readonly [string, string, readonly string[]];

const SLACK: readonly Row[] = [
  [
    'words are separated by any white space',
    'a\u00a0b\u2009c\u3000d\te\nf',
    ['a', 'b', 'c', 'd', 'e', 'f'].map((w) => `word:${w}`),
  ],
  ['an empty text has no tokens', ' \u200b ', []],
  ['straight quotes keep spaces', '"Grace Hopper"', ['quoted:Grace Hopper']],
  ['smart quotes keep spaces', '“Grace Hopper” ‘US Navy’', ['quoted:Grace Hopper', 'quoted:US Navy']],
  [
    'low and angle quotes keep spaces',
    '„Grace Hopper“ «US Navy» »a b«',
    ['quoted:Grace Hopper', 'quoted:US Navy', 'quoted:a b'],
  ],
  ['a straight quote may be closed by a smart one', '"Grace Hopper”', ['quoted:Grace Hopper']],
  ['an apostrophe in a name is no quote', "O’Brien O'Neill", ['word:O’Brien', "word:O'Neill"]],
  [
    'an apostrophe at the end closes nothing',
    'the Smiths’ house',
    ['word:the', 'word:Smiths’', 'word:house'],
  ],
  ['an empty quotation is an empty text', '""', ['quoted:']],
  ['a quotation inside another kind stays', `"the 'big' one"`, ["quoted:the 'big' one"]],
  ['a line break inside quotes stays', '"one\ntwo"', ['quoted:one\ntwo']],
  ['a no-break space inside quotes becomes a space', '"Grace\u00a0Hopper"', ['quoted:Grace Hopper']],
  ['a comma after a quotation is nothing', '"a b", c', ['quoted:a b', 'word:c']],
  ['an option has a key and a value', 'org=Navy ORG=x', ['option:org=Navy', 'option:org=x']],
  ['an option takes a quoted value', 'org="US Navy" note=“a b”', ['option:org=US Navy', 'option:note=a b']],
  ['an option may be empty', 'phone= note=""', ['option:phone=', 'option:note=']],
  ['an option may begin with dashes', '--org=Navy —note="a b"', ['option:org=Navy', 'option:note=a b']],
  ['an option takes a linked address', 'email=<mailto:a@b.co|a@b.co>', ['option:email=a@b.co']],
  ['an option for an address takes a bare one', 'email=a@b.co', ['option:email=a@b.co']],
  ['an equals sign in an address is no option', 'a=b@c.co', ['email:a=b@c.co']],
  ['an equals sign in a link is no option', 'https://x.y/?a=b', ['link:https://x.y/?a=b']],
  ['a doubled equals sign is no option', 'a==b', ['word:a==b']],
  ['a key begins with a letter', '1=2 =x', ['word:1=2', 'word:=x']],
  ['a key with a colon stays a word', 'org:Navy org:"US Navy"', ['word:org:Navy', 'word:org:US Navy']],
  [
    'a flag has two dashes or the long one of a phone',
    '--public —public –Public',
    ['flag:public', 'flag:public', 'flag:public'],
  ],
  ['dashes inside a word stay', 'well-known a—b -x', ['word:well-known', 'word:a—b', 'word:-x']],
  ['a dash alone is a word', '— --', ['word:—', 'word:--']],
  ['a person, with and without a label', '<@U1AB|ann> <@U1AB>', ['user:U1AB', 'user:U1AB']],
  ['a channel', '<#C12|sales> <#C12>', ['channel:C12', 'channel:C12']],
  ['a group of people', '<!subteam^S12|@team>', ['group_mention:S12']],
  ['everybody is a word that calls nobody', '<!here> <!channel|x>', ['word:@here', 'word:@channel']],
  ['a linked address counts, not its label', '<mailto:a@b.co|evil@x.co>', ['email:a@b.co']],
  ['a linked telephone number counts, not its label', '<tel:+12025550|x>', ['phone:+12025550']],
  ['a link counts, not its label', '<https://x.y/?a=1&amp;b=2|evil.co>', ['link:https://x.y/?a=1&b=2']],
  ['a link without a label', '<https://x.y>', ['link:https://x.y']],
  [
    'commas between linked addresses are nothing',
    '<mailto:a@b.co|a@b.co>, <mailto:c@d.co|c@d.co>;',
    ['email:a@b.co', 'email:c@d.co'],
  ],
  [
    'a bare address, also before a comma or in brackets',
    'a@b.co, (c@d.co) mailto:e@f.co',
    ['email:a@b.co', 'email:c@d.co', 'email:e@f.co'],
  ],
  ['a bare name with an at sign is a word', '@ann a@localhost', ['word:@ann', 'word:a@localhost']],
  ['a contact reference', '[contact:a@b.co] [Contact: c@d.co ]', ['contact:a@b.co', 'contact:c@d.co']],
  ['entities are decoded once', '&amp;lt; AT&amp;T', ['word:&lt;', 'word:AT&T']],
  ['what was escaped is no mention', '&lt;@U1AB&gt;', ['word:<@U1AB>']],
  ['angle brackets that are none of Slack’s are text', '<b> a<b', ['word:<b>', 'word:a<b']],
  ['a decoded quote mark closes nothing it should not', '"a &lt;b&gt;"', ['quoted:a <b>']],
  [
    'invisible characters are dropped',
    '\ufeffa\u200bda\u2060 \u202eb\u202c \u2066c\u2069',
    ['word:ada', 'word:b', 'word:c'],
  ],
  ['joiners stay where they spell a word', 'می‌خواهم a\u200db', ['word:می‌خواهم', 'word:ab']],
  ['a family stays one picture', '👩‍👩‍👧', ['word:👩‍👩‍👧']],
  ['text is composed', 'e\u0301 "e\u0301 x" k=e\u0301', ['word:é', 'quoted:é x', 'option:k=é']],
  ['formatting marks around words are dropped', '*ada* _ada_ ~ada~ `ada` *_ada_*', Array(5).fill('word:ada')],
  ['formatting marks around several words are dropped', '*Grace Hopper*', ['word:Grace', 'word:Hopper']],
  ['formatting marks around a quotation are dropped', '*"Grace Hopper"*', ['quoted:Grace Hopper']],
  ['doubled marks are dropped', '~~ada~~ ```ada```', ['word:ada', 'word:ada']],
  [
    'marks inside words and lone marks stay',
    'snake_case a*b _x * x_',
    ['word:snake_case', 'word:a*b', 'word:x', 'word:*', 'word:x'],
  ],
  ['a mark without a partner stays', '_ada grace*', ['word:_ada', 'word:grace*']],
  ['an emoji name is literal', ':wave: hi', ['word::wave:', 'word:hi']],
  ['an issue is a word', 'acme/app#12', ['word:acme/app#12']],
];

const GITLAB: readonly Row[] = [
  [
    'commas and semicolons separate',
    'a@b.co,c@d.co;e@f.co',
    ['email:a@b.co', 'email:c@d.co', 'email:e@f.co'],
  ],
  [
    'brackets back to back separate',
    '[contact:a@b.co][contact:c@d.co]',
    ['contact:a@b.co', 'contact:c@d.co'],
  ],
  ['stray quotes are dropped', '["contact:"a@b.co"] a"b@c.co', ['contact:a@b.co', 'email:ab@c.co']],
  ['half brackets are forgiven', '[contact:a@b.co c@d.co]', ['contact:a@b.co', 'email:c@d.co']],
  [
    'a quoted name stays whole',
    '"Ada Lovelace" [contact:Ada Lovelace]',
    ['quoted:Ada Lovelace', 'contact:Ada Lovelace'],
  ],
  ['quotes around addresses do not join them', '"a@b.co c@d.co"', ['email:a@b.co', 'email:c@d.co']],
  ['formatting marks stay', '*ada*', ['word:*ada*']],
  ['entities and angle brackets are what they are', '&amp; <@U1AB>', ['word:&amp', 'word:<@U1AB>']],
  [
    'an address in angle brackets counts',
    '<a@b.co> [a@b.co](mailto:a@b.co).',
    ['email:a@b.co', 'email:a@b.co'],
  ],
  ['dashes are dashes, also here', '—quiet --force', ['flag:quiet', 'flag:force']],
  ['smart quotes keep a name whole', '“Ada Lovelace”', ['quoted:Ada Lovelace']],
];

describe('a line from Slack', () => {
  it.each(SLACK)('%s', (_, text, tokens) => {
    expect(read(text, 'slack')).toEqual(tokens);
  });
});

describe('a line from GitLab', () => {
  it.each(GITLAB)('%s', (_, text, tokens) => {
    expect(read(text, 'gitlab')).toEqual(tokens);
  });
});

describe('problems', () => {
  it('a quotation mark without a partner is literal, and told', () => {
    const { tokens, problems } = tokenize('find “Grace Hopper', 'slack');
    expect(tokens.map(short)).toEqual(['word:find', 'word:“Grace', 'word:Hopper']);
    expect(problems).toEqual([{ kind: 'unbalanced_quote', start: 5, end: 6, raw: '“' }]);
  });

  it('so is one that begins a value', () => {
    expect(tokenize('org="US Navy', 'slack').problems).toMatchObject([
      { kind: 'unbalanced_quote', start: 4 },
    ]);
  });

  it('a text beyond 4,000 characters is cut between characters, and told', () => {
    const { tokens, problems } = tokenize('😀'.repeat(4_001), 'slack');
    expect(tokens).toMatchObject([{ text: '😀'.repeat(4_000) }]);
    expect(problems).toEqual([{ kind: 'too_long', start: 8_000, end: 8_002, raw: '😀' }]);
  });

  it('a text of just 4,000 is not', () => {
    expect(tokenize('😀'.repeat(4_000), 'slack').problems).toEqual([]);
  });
});

describe('places', () => {
  it('are those of the text as it came', () => {
    const text = '\u200b *Ada*\u00a0org=“US\u3000Navy”, <mailto:a@b.co|x>';
    const { tokens } = tokenize(text, 'slack');
    expect(tokens.map(({ raw }) => raw)).toEqual(['Ada', 'org=“US\u3000Navy”', '<mailto:a@b.co|x>']);
    for (const { start, end, raw } of tokens) expect(text.slice(start, end)).toBe(raw);
  });
});

describe('asOption', () => {
  const known = new Set(['org', 'owner']);
  const option = (text: string) => {
    const [token] = tokenize(text, 'slack').tokens;
    return token === undefined ? undefined : asOption(token, known);
  };
  it.each([
    ['a known key with a colon', 'Org:Navy', { key: 'org', value: 'Navy' }],
    ['a known key with a colon and quotes', 'org:"US Navy"', { key: 'org', value: 'US Navy' }],
    ['an unknown key with a colon', 'time:12', null],
    ['an option, known or not', 'size=3', { key: 'size', value: '3' }],
    ['an address that begins with a known key', 'owner=a@b.co', { key: 'owner', value: 'a@b.co' }],
    ['an address that does not', 'x=a@b.co', null],
    ['a quotation', '"org:Navy"', null],
    ['a link', 'https://x.y', null],
  ])('%s', (_, text, expected) => {
    expect(option(text)).toEqual(expected);
  });
});
