/**
 * A real browser for `*.browser-spec.ts` (`node tools/test.mjs browser`, part of `npm test`):
 *
 *     const browser = await openBrowser();                       // in beforeAll
 *     afterEach(() => browser.expectNoProblems());               // console errors and failed requests fail the test
 *     const page = await browser.newPage({ colorScheme: 'dark' });
 *     await page.goto(url);
 *     await screenshot(page, 'shop-dark');                       // test-results/screenshots/shop-dark.png
 *     expect(await seriousAccessibilityFindings(page)).toEqual([]);
 *     await browser.close();                                     // in afterAll
 */
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import axe from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

export type { Locator, Page } from 'playwright-core';

const SCREENSHOTS = resolve(import.meta.dirname, '../../../test-results/screenshots');
const ACTION_WITHIN_MS = 10_000;

export interface PageOptions extends BrowserContextOptions {
  /** Problems that the test is about: a line of the console or of a failed request that matches one is no failure. */
  expected?: RegExp[];
}

/** The system's Chromium with all that its pages complained of. */
export class TestBrowser {
  private problems: string[] = [];

  constructor(private readonly browser: Browser) {}

  /** A page with cookies and storage of its own. Its actions wait up to 10 s for what they need. */
  async newPage({ expected = [], ...options }: PageOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({ reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(ACTION_WITHIN_MS);
    const page = await context.newPage();
    const note = (problem: string): void => {
      if (!expected.some((pattern) => pattern.test(problem))) this.problems.push(`${page.url()}: ${problem}`);
    };
    page.on('console', (line) => {
      if (line.type() === 'error') note(`console: ${line.text()} (${line.location().url})`);
    });
    page.on('pageerror', (error) => note(`uncaught: ${error.message}`));
    page.on('requestfailed', (request) => {
      const { errorText = '' } = request.failure() ?? {};
      // the page was left while it was asking
      if (errorText !== 'net::ERR_ABORTED') note(`${request.method()} ${request.url()}: ${errorText}`);
    });
    return page;
  }

  /** @throws {Error} that lists what the pages complained of since the last call */
  expectNoProblems(): void {
    const found = this.problems;
    this.problems = [];
    if (found.length > 0) throw new Error(`the pages complained:\n  ${found.join('\n  ')}`);
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

/** @throws {Error} where CHROMIUM_PATH is not set: tools/test.mjs sets it */
export async function openBrowser(): Promise<TestBrowser> {
  const executablePath = process.env['CHROMIUM_PATH'];
  if (!executablePath) throw new Error('CHROMIUM_PATH is not set: run the tests as `node tools/test.mjs browser`');
  // Chromium's sandbox refuses to run as root
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return new TestBrowser(await chromium.launch({ executablePath, args }));
}

/** Writes the whole page as `test-results/screenshots/<name>.png`, for people to look at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true, animations: 'disabled' });
}

/** What axe finds serious or critical on the page as it is now, a line each: the rule and the first element. */
export async function seriousAccessibilityFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe: inPage } = globalThis as unknown as { axe: { run(): Promise<axe.AxeResults> } };
    return (await inPage.run()).violations;
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html ?? ''} (${nodes.length})`);
}
