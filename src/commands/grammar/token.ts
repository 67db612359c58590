/** Where a text comes from: Slack sends markup for mentions, links and addresses, GitLab sends what was typed. */
export type Surface = 'slack' | 'gitlab';

/** Where a token stands: offsets in the text as it came, so that `text.slice(start, end) === raw`. */
export interface Place {
  readonly start: number;
  readonly end: number;
  readonly raw: string;
}

/** What a token says; text is in Unicode's NFC, without invisible characters. */
export type TokenContent =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'quoted'; readonly text: string }
  | { readonly kind: 'option'; readonly key: string; readonly value: string; readonly quoted: boolean }
  | { readonly kind: 'flag'; readonly name: string }
  | { readonly kind: 'email'; readonly address: string }
  /** `[contact:…]`; the address is whatever stands inside, at times a name, and empty for `[contact:]`. */
  | { readonly kind: 'contact'; readonly address: string }
  | { readonly kind: 'user'; readonly id: string }
  | { readonly kind: 'channel'; readonly id: string }
  | { readonly kind: 'group_mention'; readonly id: string }
  /** `text` is what the person typed where Slack made a link of it (`acme.com`), else the address itself. */
  | { readonly kind: 'link'; readonly url: string; readonly text: string }
  | { readonly kind: 'phone'; readonly number: string };

export type Token = TokenContent & Place;

/** What a person should be told about a text that was read all the same. */
export interface Problem extends Place {
  /** A quotation mark without its partner was taken literally; the text went on past the limit and was cut. */
  readonly kind: 'unbalanced_quote' | 'too_long';
}

/** What a token stands for as plain text: what a search or a note takes. */
export function plainText(token: TokenContent): string {
  switch (token.kind) {
    case 'word':
    case 'quoted':
    case 'link':
      return token.text;
    case 'option':
      return `${token.key}=${token.value}`;
    case 'flag':
      return `--${token.name}`;
    case 'email':
    case 'contact':
      return token.address;
    case 'user':
    case 'group_mention':
      return `@${token.id}`;
    case 'channel':
      return `#${token.id}`;
    case 'phone':
      return token.number;
  }
}
