import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasCode } from '../../src/domain/errors.ts';
import {
  issueReference,
  lookupText,
  parseCustomerReference,
  parseIssueReference,
} from '../../src/domain/references.ts';

describe('what names a contact or an organization', () => {
  test.each([
    ['an address', 'ada@example.com', { kind: 'email', email: 'ada@example.com' }],
    ['an address keeps its case', 'Ada@Example.COM', { kind: 'email', email: 'Ada@Example.COM' }],
    ['space around an address is dropped', ' ada@example.com\n', { kind: 'email', email: 'ada@example.com' }],
    ['a contact’s number', 'C12', { kind: 'contact_id', id: 12n }],
    ['a contact’s number in small letters', 'c12', { kind: 'contact_id', id: 12n }],
    ['a contact’s number with zeros in front', 'C0012', { kind: 'contact_id', id: 12n }],
    ['an organization’s number', 'O3', { kind: 'organization_id', id: 3n }],
    ['an organization’s number in small letters', 'o3', { kind: 'organization_id', id: 3n }],
    ['a great number', `C${'9'.repeat(18)}`, { kind: 'contact_id', id: 999_999_999_999_999_999n }],
    [
      'a number that no id reaches is a name',
      `C${'9'.repeat(19)}`,
      { kind: 'name', name: `C${'9'.repeat(19)}` },
    ],
    ['C0 is a name', 'C0', { kind: 'name', name: 'C0' }],
    ['a bare number is a name', '12', { kind: 'name', name: '12' }],
    ['another letter before a number is a name', 'D12', { kind: 'name', name: 'D12' }],
    ['a name', 'Ada Lovelace', { kind: 'name', name: 'Ada Lovelace' }],
    ['runs of space in a name count as one', 'Ada \u00a0\n Lovelace', { kind: 'name', name: 'Ada Lovelace' }],
    ['a misspelt address is a name', 'ada@example', { kind: 'name', name: 'ada@example' }],
    ['nothing is a name without letters', '  ', { kind: 'name', name: '' }],
  ])('%s', (_name, typed, expected) => {
    expect(parseCustomerReference(typed)).toEqual({ ...expected, text: typed.trim() });
  });

  test('what no row can hold is looked up as the sign for an unknown character', () => {
    expect(parseCustomerReference(' a\0b\ud83d ')).toEqual({
      kind: 'name',
      name: 'a\ufffdb\ufffd',
      text: 'a\ufffdb\ufffd',
    });
  });

  test('any text is taken for something, without throwing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(parseCustomerReference(text).text).toBe(lookupText(text));
      }),
    );
  });
});

const GITLAB = 'https://gitlab.example.com';

describe('what names an issue', () => {
  test.each([
    ['path and number', 'acme/app#1', GITLAB, { project: 'acme/app', iid: 1 }],
    [
      'a path of many parts',
      'acme/platform/infra/ops#12',
      GITLAB,
      { project: 'acme/platform/infra/ops', iid: 12 },
    ],
    ['dots, hyphens and underscores', 'a.c-m_e/app.js#3', GITLAB, { project: 'a.c-m_e/app.js', iid: 3 }],
    ['space around it', ' acme/app#1 ', GITLAB, { project: 'acme/app', iid: 1 }],
    ['the URL of an issue', `${GITLAB}/acme/app/-/issues/7`, GITLAB, { project: 'acme/app', iid: 7 }],
    ['the URL of a work item', `${GITLAB}/acme/app/-/work_items/7`, GITLAB, { project: 'acme/app', iid: 7 }],
    ['a slash at the end', `${GITLAB}/acme/app/-/issues/7/`, GITLAB, { project: 'acme/app', iid: 7 }],
    [
      'a URL that points at a comment',
      `${GITLAB}/acme/app/-/issues/7#note_12`,
      GITLAB,
      { project: 'acme/app', iid: 7 },
    ],
    ['a URL with a query', `${GITLAB}/acme/app/-/issues/7?a=b`, GITLAB, { project: 'acme/app', iid: 7 }],
    [
      'a host in capitals',
      'https://GitLab.Example.com/acme/app/-/issues/7',
      GITLAB,
      { project: 'acme/app', iid: 7 },
    ],
    [
      'a GitLab below a path',
      'https://x.test/gitlab/acme/app/-/issues/7',
      'https://x.test/gitlab',
      { project: 'acme/app', iid: 7 },
    ],
    [
      'a GitLab below a path, given with a slash',
      'https://x.test/gitlab/a/b/-/issues/7',
      'https://x.test/gitlab/',
      { project: 'a/b', iid: 7 },
    ],
    ['a port', 'http://127.0.0.1:8080/a/b/-/issues/7', 'http://127.0.0.1:8080', { project: 'a/b', iid: 7 }],
  ])('%s', (_name, typed, instance, expected) => {
    expect(parseIssueReference(typed, instance)).toEqual(expected);
  });

  const refusedRule = (typed: string, instance = GITLAB): string => {
    try {
      parseIssueReference(typed, instance);
    } catch (error) {
      if (hasCode(error, 'input.invalid')) return error.data.rule;
      throw error;
    }
    return 'taken';
  };

  test.each([
    ['nothing', ''],
    ['a number alone', '#1'],
    ['a project without its group', 'app#1'],
    ['number 0', 'acme/app#0'],
    ['a number of ten digits', 'acme/app#1234567890'],
    ['no number', 'acme/app'],
    ['a negative number', 'acme/app#-1'],
    ['words behind the number', 'acme/app#1 and more'],
    ['a merge request', 'acme/app!1'],
    ['the URL of a merge request', `${GITLAB}/acme/app/-/merge_requests/1`],
    ['the URL of a project', `${GITLAB}/acme/app`],
    ['the URL of an issue’s designs', `${GITLAB}/acme/app/-/issues/1/designs`],
    ['an address that is no URL', 'https://'],
  ])('%s is refused as no reference', (_name, typed) => {
    expect(refusedRule(typed)).toBe('issue.reference');
  });

  test.each([
    ['another host', 'https://gitlab.com/acme/app/-/issues/7'],
    ['another scheme', 'http://gitlab.example.com/acme/app/-/issues/7'],
    ['another port', 'https://gitlab.example.com:8443/acme/app/-/issues/7'],
    ['a user name that looks like our host', 'https://gitlab.example.com@evil.test/a/b/-/issues/7'],
  ])('%s is told to be another GitLab', (_name, typed) => {
    expect(refusedRule(typed)).toBe('issue.other_instance');
  });

  test('another path on the same host is no reference', () => {
    expect(refusedRule('https://x.test/gitlabs/a/b/-/issues/7', 'https://x.test/gitlab')).toBe(
      'issue.reference',
    );
    expect(refusedRule('https://x.test/a/b/-/issues/7', 'https://x.test/gitlab')).toBe('issue.reference');
  });

  test('what is written is read again', () => {
    const slug = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);
    const path = fc.array(slug, { minLength: 2, maxLength: 5 }).map((parts) => parts.join('/'));
    fc.assert(
      fc.property(path, fc.integer({ min: 1, max: 999_999_999 }), (project, iid) => {
        expect(parseIssueReference(issueReference({ project, iid }), GITLAB)).toEqual({ project, iid });
      }),
    );
  });

  test('any text is read or refused, a megabyte of it in an instant', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void refusedRule(text)));
    const started = performance.now();
    for (const unit of ['a/', '/', 'a', '.', 'https://']) refusedRule(unit.repeat(500_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});
