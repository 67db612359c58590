import { fill, h } from '../dom.js';
import { change, store } from '../store.js';
import { blocksOf } from './blocks.js';

/** What the app has for one person: its home, and what it told them alone. */
export function appTabs(shown) {
  const tab = (label, shows) =>
    h(
      'button',
      {
        type: 'button',
        class: 'tab',
        'aria-current': label === shown ? 'page' : undefined,
        on: { click: () => change('channel', shows()) },
      },
      label,
    );
  return h(
    'div',
    { class: 'home-tabs', role: 'group', 'aria-label': 'Tieline' },
    tab('Home', () => ({ home: true })),
    tab('Messages', () => ({ home: false, channel: store.world.slack.botUserId })),
  );
}

/** The app's home: what it published for one person. */
export class Home {
  #deeds;
  #body = h('div', { class: 'home-body' });
  #signed = '';

  constructor(deeds) {
    this.#deeds = deeds;
    this.element = h(
      'div',
      { class: 'home', role: 'region', 'aria-label': 'Home of Tieline', hidden: true },
      h(
        'header',
        {},
        h('img', { src: '/sandbox/assets/icon.svg', alt: '', width: 28, height: 28 }),
        h('h2', {}, 'Tieline'),
        h('span', { class: 'app-badge' }, 'APP'),
      ),
      appTabs('Home'),
      this.#body,
    );
  }

  /** Null while nothing was published. */
  show(view) {
    const sign = view === null ? 'none' : `${view.id} ${view.hash}`;
    if (sign === this.#signed) return;
    this.#signed = sign;
    if (view === null) {
      fill(this.#body, h('p', { class: 'home-empty' }, 'Nothing here yet.'));
      return;
    }
    const menus = {
      find: (actionId, text) => this.#deeds.find(view, actionId, text),
      select: (element, option) => this.#deeds.select(view, element, option),
    };
    fill(
      this.#body,
      blocksOf(view.blocks, (element) => this.#deeds.press(view, element), menus),
    );
  }
}
