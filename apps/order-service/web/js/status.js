import { h } from './dom.js';
import { t } from './language.js';

const ORDER_TONES = ['plain', 'good', 'undone', 'undone', 'undone'];

/** What an order is, in one or two words. */
export function orderChips({ orderStatus, payStatus }) {
  const chips = [chip(t(`order.status.${orderStatus}`), ORDER_TONES[orderStatus])];
  if (orderStatus === 1) chips.push(chip(t(`pay.status.${payStatus}`), payStatus === 2 ? 'good' : 'plain'));
  return chips;
}

function chip(text, tone) {
  return h('span', { class: `chip ${tone}` }, text);
}
