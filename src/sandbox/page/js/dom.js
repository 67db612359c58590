/**
 * Builds an element. `props` holds `class`, `data`, `on` (listeners), properties (`disabled`, `value`) and attributes;
 * strings among the children become text nodes, so that nothing a person wrote is ever read as HTML.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) setProp(element, name, value);
  append(element, children);
  return element;
}

function setProp(element, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name === 'class') element.className = value;
  else if (name === 'data') Object.assign(element.dataset, value);
  else if (name === 'on') {
    for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
  } else if (name in element && !name.startsWith('aria') && name !== 'role' && name !== 'list') {
    element[name] = value;
  } else element.setAttribute(name, value === true ? '' : String(value));
}

/** Adds nodes and texts, however nested; null and false are skipped. */
export function append(element, children) {
  for (const child of [children].flat(9)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child);
  }
  return element;
}

/** Empties an element and fills it anew. */
export function fill(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

/**
 * Fills an element anew only when what it stands for (plain data) has changed, so that focus and open menus in it
 * survive; says whether it did.
 */
export function fillWhen(element, meaning, make) {
  const sign = JSON.stringify(meaning);
  if (element.dataset.sign === sign) return false;
  element.dataset.sign = sign;
  fill(element, make());
  return true;
}

/** A drawing of 16 by 16, of paths whose fill is the text's colour. */
export function icon(...paths) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('width', '16');
  svg.setAttribute('height', '16');
  svg.setAttribute('aria-hidden', 'true');
  for (const d of paths) {
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', d);
    path.setAttribute('fill', 'currentColor');
    svg.append(path);
  }
  return svg;
}

/**
 * Makes the container's children stand for the items, in order. An element is kept while its item's signature stays
 * the same, so that focus, selection and open parts of it survive.
 */
export function reconcile(container, items, { key, signature, render }) {
  const before = new Map([...container.children].map((child) => [child.dataset.key, child]));
  let place = container.firstElementChild;
  for (const item of items) {
    const name = key(item);
    const sign = signature(item);
    const known = before.get(name);
    const kept = known !== undefined && known.dataset.sign === sign;
    const element = kept ? known : render(item);
    if (!kept) {
      element.dataset.key = name;
      element.dataset.sign = sign;
      if (known !== undefined) {
        if (place === known) place = known.nextElementSibling;
        known.remove();
      }
    }
    if (element === place) place = place.nextElementSibling;
    else container.insertBefore(element, place);
    before.delete(name);
  }
  for (const left of before.values()) left.remove();
}
