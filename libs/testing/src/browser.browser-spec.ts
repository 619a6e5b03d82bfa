import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openBrowser, seriousAccessibilityFindings, type TestBrowser } from './browser.js';

let browser: TestBrowser;
let server: Server;
let url: string;
const pages: Record<string, string> = {
  '/good': '<html lang="en"><title>Good</title><main><h1>Good</h1></main></html>',
  '/unreadable':
    '<html lang="en"><title>Grey</title><main><h1 style="color:#ddd;background:#fff">Grey</h1></main></html>',
  '/complains':
    '<html lang="en"><title>Bad</title><img src="/missing.png" alt=""><script>throw new Error("broken")</script>',
};

beforeAll(async () => {
  server = createServer(({ url: path = '' }, response) => {
    response.statusCode = path in pages || path === '/favicon.ico' ? 200 : 404;
    response.setHeader('content-type', 'text/html').end(pages[path]);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await openBrowser();
});

afterAll(async () => {
  await browser.close();
  await new Promise((closed) => server.close(closed));
});

it('a page without faults has no problems and no findings', async () => {
  const page = await browser.newPage();
  await page.goto(`${url}/good`);
  expect(await seriousAccessibilityFindings(page)).toEqual([]);
  browser.expectNoProblems();
});

it('text that nobody can read is a serious finding', async () => {
  const page = await browser.newPage();
  await page.goto(`${url}/unreadable`);
  expect(await seriousAccessibilityFindings(page)).toEqual([expect.stringContaining('color-contrast')]);
});

it('an uncaught error and a missing file are problems, once', async () => {
  const page = await browser.newPage();
  await page.goto(`${url}/complains`, { waitUntil: 'networkidle' });
  expect(() => browser.expectNoProblems()).toThrow(/(missing\.png|broken)[^]*(missing\.png|broken)/);
  browser.expectNoProblems();
});

it('a problem that the test is about is no failure', async () => {
  const page = await browser.newPage({ expected: [/missing\.png/, /broken/] });
  await page.goto(`${url}/complains`, { waitUntil: 'networkidle' });
  browser.expectNoProblems();
});
