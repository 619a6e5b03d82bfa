import { en } from '../i18n/en.js';
import { zh } from '../i18n/zh.js';

const LANGUAGES = { en, zh };

export function language() {
  const chosen = localStorage.getItem('language');
  if (chosen in LANGUAGES) return chosen;
  return navigator.language.startsWith('zh') ? 'zh' : 'en';
}

/** The text for a key; `{name}` in it is replaced. Without a text: `otherwise`. */
export function t(key, values = {}, otherwise = key) {
  const text = LANGUAGES[language()][key] ?? otherwise;
  return text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? '');
}

/** Fills what the HTML leaves empty. */
export function translatePage() {
  document.documentElement.lang = language() === 'zh' ? 'zh-CN' : 'en';
  for (const element of document.querySelectorAll('[data-t]')) element.textContent = t(element.dataset.t);
}

export const yuan = (amount) => `¥${amount}`;

/** 0.4 ms, 12 ms, 3.2 s, 2 min */
export function duration(ms) {
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 90_000 ? `${(ms / 1_000).toFixed(1)} s` : `${Math.round(ms / 60_000)} min`;
}

export const time = (iso) => new Date(iso).toLocaleTimeString(language() === 'zh' ? 'zh-CN' : 'en-GB');
