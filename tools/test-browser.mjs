import { existsSync } from 'node:fs';
import { findProgram } from './command.mjs';
import { installSystemPackage } from './system-package.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ON_MACOS = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
const PACKAGES = { 'apt-get': ['chromium', 'fonts-noto-cjk'], dnf: ['chromium'] };

/** The browser for tests, installed where that needs no question; null when there is none. CHROMIUM_PATH overrides. */
export async function testBrowser({ env = process.env, signal }) {
  if (env.CHROMIUM_PATH) return env.CHROMIUM_PATH;
  return find() ?? ((await installSystemPackage('Chromium', PACKAGES, { signal })) ? find() : null);
}

function find() {
  return findProgram(...NAMES) ?? (existsSync(ON_MACOS) ? ON_MACOS : null);
}
