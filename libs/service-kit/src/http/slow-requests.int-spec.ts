import 'reflect-metadata';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TextField } from './fields.js';
import { httpAdapter, useHttpConventions } from './http-server.js';

class Note {
  @TextField({ maxLength: 10 }) text!: string;
}

@Controller()
class NoteController {
  @Post('notes')
  write(@Body() note: Note): object {
    return note;
  }
}

@Module({ controllers: [NoteController] })
class NoteModule {}

const POST = 'POST /notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
/** The slowest limit, the interval of the checks, and a busy machine. */
const ENDS_WITHIN_MS = 16_000;

describe('a slow or broken request', () => {
  let app: NestFastifyApplication;
  let port: number;

  beforeAll(async () => {
    app = await NestFactory.create<NestFastifyApplication>(NoteModule, httpAdapter(), {
      bodyParser: false,
      logger: false,
    });
    useHttpConventions(app);
    await app.listen(0, '127.0.0.1');
    port = Number(new URL(await app.getUrl()).port);
  });
  afterAll(() => app.close());

  /** Writes the start at once, then a piece a second for ever; answers with what came until the server hung up. */
  async function send(start: string, piece: string): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => socket.destroy());
    socket.write(start);
    const timer = setInterval(() => socket.write(piece), 1_000);
    try {
      return await text(socket);
    } finally {
      clearInterval(timer);
      socket.destroy();
    }
  }

  it('whose headers or body never end is dropped, however it trickles in; so is a connection that says nothing', async () => {
    const startMs = Date.now();
    const [headers, body, nothing] = await Promise.all([
      send(POST, 'X-A: b\r\n'),
      send(`${POST}Content-Length: 1000\r\n\r\n{`, ' '),
      send('', ''),
    ]);
    expect(Date.now() - startMs).toBeLessThan(ENDS_WITHIN_MS);
    for (const answer of [headers, body]) {
      expect(answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
      expect(answer).toContain('"code":"SHOP_REQUEST_TIMEOUT"');
    }
    expect(nothing).toMatch(/^(HTTP\/1\.1 408 |$)/);
  }, 30_000);

  it('with headers without an end is refused', async () => {
    const answer = await send(`${POST}X-A: ${'b'.repeat(20_000)}`, '');
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('"code":"SHOP_REQUEST_HEADERS_TOO_LARGE"');
  });

  it('that is no HTTP is refused', async () => {
    const answer = await send('\x16\x03\x01\x02\x00\x01\x00\x01', '');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"success":false');
  });

  it('no answer may be run or framed by a browser, or kept by a cache', async () => {
    const { headers } = await fetch(`http://127.0.0.1:${port}/nothing`);
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
  });
});
