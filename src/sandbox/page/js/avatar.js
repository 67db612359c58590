import { h } from './dom.js';
import { store } from './store.js';

const TINTED = ['olga', 'max', 'dev', 'rita', 'pia', 'gus', 'nina'];

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return `${words[0]?.[0] ?? '?'}${words[1]?.[0] ?? ''}`.toUpperCase();
}

/** A coloured square (or `round`) with somebody's initials. Said by the name beside it, so hidden from readers. */
export function avatar(username, name, shape = '') {
  const known = TINTED.indexOf(username);
  const bot = username === (store.world?.gitlab.botUsername ?? 'tieline');
  const tint = bot ? 'bot' : known < 0 ? 'system' : String(known);
  const inside = bot
    ? h('img', { src: '/sandbox/assets/icon.svg', alt: '', width: 36, height: 36, class: 'bot-face' })
    : initials(name);
  return h('span', { class: `avatar ${shape}`, data: { tint }, 'aria-hidden': 'true' }, inside);
}
