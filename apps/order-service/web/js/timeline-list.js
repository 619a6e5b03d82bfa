import { h } from './dom.js';
import { duration, t } from './language.js';
import { isUndone, withAttempts } from './timeline-model.js';
import { detailsOf, failureOf, laneName, nameOf } from './timeline-words.js';

/** The events of an order as a list: for narrow screens, and for those who do not see the chart. */
export function timelineList(events) {
  return h('ol', { class: 'events' }, withAttempts(events).map(line));
}

function line(event) {
  const tone = failureOf(event) || event.kind === 'fault' ? 'bad' : isUndone(event) ? 'undone' : event.kind;
  return h(
    'li',
    { class: `event ${tone}` },
    h('span', { class: 'when mono' }, `+${duration(event.offsetMs)}`),
    h('span', { class: 'where' }, laneName(event.service)),
    h(
      'span',
      { class: 'what' },
      h('span', { class: 'strong' }, `${t(`kind.${event.kind}`)}: ${nameOf(event)}`),
      h('small', { class: 'muted' }, detailsOf(event)),
    ),
  );
}
