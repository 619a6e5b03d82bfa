/** Elements without a framework. Text always goes in as text: nothing that users sent is ever read as HTML. */

const SVG = 'http://www.w3.org/2000/svg';
const HANDLERS = ['onclick', 'oninput', 'onchange', 'onsubmit', 'onkeydown'];
/** What the person at the page has changed stays as it is; options of a select are told apart by their key. */
const OF_THE_PERSON = ['open', 'value', 'checked', 'selected'];

/**
 * What an element can hold; lists may hold lists.
 * @typedef {Node | string | number | boolean | null | undefined | unknown[]} Content
 */

/** `h('a', { href: '#/', class: 'x' }, 'text', child)`. `key` tells rows of a list apart, `on…` are handlers. */
export function h(tag, props = {}, ...children) {
  return filled(document.createElement(tag), props, children);
}

export function svg(tag, props = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), props, children);
}

function filled(element, props, children) {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'key') element.key = value;
    else if (name.startsWith('on')) element[name] = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...flat(children));
  return element;
}

function flat(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== undefined && child !== null && child !== false)
    .map((child) => (child instanceof Node ? child : document.createTextNode(String(child))));
}

/**
 * Makes `from` look like `to` and keeps what is the same, so that focus, selection and open details outlive a refresh.
 * An element that has `adopt` takes over its likeness itself.
 */
export function morph(from, to) {
  if (from.nodeName !== to.nodeName || from.key !== to.key) {
    from.replaceWith(to);
    return;
  }
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  if (from.adopt) {
    from.adopt(to);
    return;
  }
  for (const { name } of [...from.attributes])
    if (!to.hasAttribute(name) && !OF_THE_PERSON.includes(name)) from.removeAttribute(name);
  for (const { name, value } of to.attributes)
    if (from.getAttribute(name) !== value && !OF_THE_PERSON.includes(name)) from.setAttribute(name, value);
  for (const name of HANDLERS) from[name] = to[name];
  morphChildren(from, [...to.childNodes]);
}

export function morphChildren(parent, children) {
  const keyed = new Map([...parent.childNodes].filter(({ key }) => key !== undefined).map((node) => [node.key, node]));
  let at = parent.firstChild;
  for (const child of children) {
    const same = keyed.get(child.key);
    keyed.delete(child.key);
    if (same && same !== at) parent.insertBefore(same, at);
    const old = same ?? at;
    if (!old || (!same && old.key !== undefined)) {
      parent.insertBefore(child, at);
      continue;
    }
    at = old.nextSibling;
    morph(old, child);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}
