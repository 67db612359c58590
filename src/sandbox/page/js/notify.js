import { h } from './dom.js';

const SHOWN_MS = 6000;

/** Says something at the edge of the page for a while; read aloud too. */
export function notify(text, kind = 'word') {
  const toast = h('div', { class: 'toast', data: { kind } }, text);
  document.querySelector('#toasts').append(toast);
  setTimeout(() => toast.remove(), SHOWN_MS);
}

/** Runs something and tells what went wrong; gives undefined then. */
export async function attempt(work) {
  try {
    return await work();
  } catch (error) {
    notify(
      error instanceof TypeError ? 'The sandbox does not answer. Is it still running?' : error.message,
      'problem',
    );
    return undefined;
  }
}
