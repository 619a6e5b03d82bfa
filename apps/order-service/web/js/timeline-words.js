/** What happened, in words. */
import { duration, t } from './language.js';

const HIDDEN_DETAILS = new Set(['messageId', 'status', 'userId', 'group', 'attempt']);

/** A short name for an event: `HoldStock`, `库存已占用`. */
export function nameOf({ kind, name, details }) {
  if (kind === 'state') return t(`event.${name}`, {}, name);
  if (kind === 'duplicate') return t('timeline.swallowed', { tag: name });
  if (kind === 'fault') return t('timeline.broken', { fault: t(`fault.${name}`), step: t(`step.${details.step}`) });
  if (kind === 'start') return t('timeline.started');
  const short = kind === 'call' || kind === 'serve' ? name.split('.')[1] : name;
  const { attempt = 1 } = details;
  return attempt > 1 ? t('timeline.attempt', { name: short, attempt }) : short;
}

/** Why it went wrong; nothing where it went well. */
export function failureOf({ kind, failure }) {
  if (!failure || kind === 'state') return '';
  return t(`code.${failure}`, {}, failure);
}

/** Everything else that is known, for whoever looks closer. */
export function detailsOf({ details, durationMs, process, fromTables, kind, failure }) {
  const facts = Object.entries(details)
    .filter(([name, value]) => !HIDDEN_DETAILS.has(name) && value !== null && kind !== 'fault')
    .map(([name, value]) => `${name}: ${name.endsWith('AtMs') ? new Date(value).toLocaleTimeString() : value}`);
  return [
    durationMs === null ? '' : duration(durationMs),
    failureOf({ kind, failure }),
    ...facts,
    details.group ?? '',
    fromTables ? t('timeline.fromTables') : '',
    process === '' ? '' : `pid ${process.split('-')[0]}`,
  ]
    .filter(Boolean)
    .join(' · ');
}

export const laneName = (lane) => t(`lane.${lane}`);
