/** What a message tells of a person, as far as it can be found there. */
export interface PersonInText {
  readonly first: string | null;
  readonly last: string | null;
  readonly email: string | null;
  readonly phone: string | null;
}

const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/u;
const PHONE = /(?<![\p{L}\p{N}])(?:\+|00|\()?\d[\d ()./-]{5,24}\d(?![\p{L}\p{N}])/u;
/** Two to four words with a capital each, small particles between them. */
const NAME =
  /(?<![\p{L}])\p{Lu}[\p{L}'’-]{1,40}(?: (?:van|von|de|der|den|da|di|la|le|bin|al))*(?: \p{Lu}[\p{L}'’.-]{0,40}){1,3}(?![\p{L}])/u;
/** What a signature or an introduction starts with. */
const INTRODUCES = /(?:\b(?:from|name is|I am|I'm|this is|regards|contact|customer|name)[:,]?\s+)/iu;
const MAX_TEXT = 4000;

/** A sentence's first word has a capital too, and so have greetings. */
const NO_NAME =
  /^(?:ask|call|ping|tell|mail|email|e-mail|write|contact|customer|dear|hi|hello|hey|from|thanks|please|regards|cheers|best|the|our|new|say|meet|and|with|for|mr|mrs|ms|dr)\.?$/iu;

/** The words of a name, without those before it that only look like one. */
function nameWords(name: string): string[] {
  const words = name.split(' ');
  while (words.length > 0 && NO_NAME.test(words[0] ?? '')) words.shift();
  return words;
}

/** The name that stands before an address: "Grace Hopper <grace@…>" or "Grace Hopper, grace@…". */
function nameBefore(text: string, at: number): string | null {
  const before = text.slice(Math.max(0, at - 120), at);
  const names = [...before.matchAll(new RegExp(NAME, 'gu'))];
  const last = names.at(-1);
  if (!last) return null;
  const between = before.slice(last.index + last[0].length);
  return /^[\s,<(:–—-]{0,6}(?:mailto:)?$/u.test(between) ? last[0] : null;
}

/** "grace.hopper@…" is likely Grace Hopper. */
function nameInAddress(email: string): string | null {
  const parts = (email.split('@')[0] ?? '').split(/[._-]/).filter((part) => /^\p{L}{2,}$/u.test(part));
  if (parts.length < 2) return null;
  return parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join(' ');
}

function nameIn(text: string, email: RegExpExecArray | null): string | null {
  const before = email === null ? null : nameBefore(text, email.index);
  if (before !== null) return before;
  const introduced = INTRODUCES.exec(text);
  if (introduced) {
    const after = text.slice(introduced.index + introduced[0].length);
    const found = NAME.exec(after);
    if (found?.index === 0) return found[0];
  }
  return email === null ? (NAME.exec(text)?.[0] ?? null) : nameInAddress(email[0]);
}

/** Looks for a name, an e-mail address and a phone number in what somebody wrote. Linear time; never throws. */
export function personInText(written: string): PersonInText {
  const text = written.slice(0, MAX_TEXT);
  const email = EMAIL.exec(text);
  const phone = PHONE.exec(email === null ? text : text.replace(email[0], ' '));
  const digits = phone === null ? 0 : phone[0].replace(/\D/g, '').length;
  const words = nameWords(nameIn(text, email) ?? '');
  return {
    first: words.length > 1 ? words.slice(0, 1).join(' ') : null,
    last: words.length > 1 ? words.slice(1).join(' ') : null,
    email: email?.[0] ?? null,
    phone: phone !== null && digits >= 7 && digits <= 15 ? phone[0].trim() : null,
  };
}
