import fc from 'fast-check';

interface BodyText {
  indentedJson(text: string): string | undefined;
  hexDump(bytes: Uint8Array, maxBytes: number): string;
  bodyBytes(message: { body: string; bodyEncoding: string }): Uint8Array;
}

/** A file of the console, which is plain JavaScript for the browser. */
const file: string = '../../console/body-text.js';
const { indentedJson, hexDump, bodyBytes } = (await import(file)) as BodyText;

describe('a body in the console', () => {
  it('is indented where it is JSON, and loses no digit', () => {
    expect(indentedJson('{"orderId":345959443973935104,"goods":[{"n":1.50}],"none":[],"text":"a: {\\"b\\", c}"}')).toBe(
      [
        '{',
        '  "orderId": 345959443973935104,',
        '  "goods": [',
        '    {',
        '      "n": 1.50',
        '    }',
        '  ],',
        '  "none": [],',
        '  "text": "a: {\\"b\\", c}"',
        '}',
      ].join('\n'),
    );
  });

  it('means the same when it is indented, whatever it is', () => {
    fc.assert(
      fc.property(fc.json(), fc.boolean(), (text, spaced) => {
        const given = spaced ? JSON.stringify(JSON.parse(text), undefined, 3) : text;
        const indented = indentedJson(given);
        const value: unknown = JSON.parse(given);
        if (typeof value !== 'object' || value === null) expect(indented).toBeUndefined();
        else expect(JSON.stringify(JSON.parse(indented as string))).toBe(JSON.stringify(value));
      }),
    );
  });

  it.each(['', 'plain text', '{"cut":', '12', 'null', '"quoted"'])(
    'is left as it is where it is no JSON object: %s',
    (text) => {
      expect(indentedJson(text)).toBeUndefined();
    },
  );

  it('is shown as bytes, up to a limit', () => {
    const bytes = bodyBytes({
      body: Buffer.from('{"a":1}\u0000\u00ffhello, world').toString('base64'),
      bodyEncoding: 'base64',
    });
    expect(hexDump(bytes, 1000)).toBe(
      [
        '00000000  7b 22 61 22 3a 31 7d 00  c3 bf 68 65 6c 6c 6f 2c  {"a":1}...hello,',
        '00000010  20 77 6f 72 6c 64                                  world',
      ].join('\n'),
    );
    expect(hexDump(bytes, 1).split('\n')).toHaveLength(1);
    expect(bodyBytes({ body: 'ü', bodyEncoding: 'utf8' })).toEqual(new TextEncoder().encode('ü'));
  });
});
