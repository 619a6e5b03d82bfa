import { HpackDecoder, hpackEncode } from './hpack.js';
import { ErrorCode } from './http2-error.js';

const decode = (decoder: HpackDecoder, hex: string) => decoder.decode(Buffer.from(hex, 'hex'));

describe('header blocks', () => {
  // RFC 7541, C.4: three requests of one connection.
  it('use Huffman codes, the static table, and what came before', () => {
    const decoder = new HpackDecoder();
    const request = [':method', 'GET', ':scheme', 'http', ':path', '/', ':authority', 'www.example.com'];
    expect(decode(decoder, '828684418cf1e3c2e5f23a6ba0ab90f4ff')).toEqual(request);
    expect(decode(decoder, '828684be5886a8eb10649cbf')).toEqual([...request, 'cache-control', 'no-cache']);
    expect(decode(decoder, '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf')).toEqual([
      ...[':method', 'GET', ':scheme', 'https', ':path', '/index.html', ':authority', 'www.example.com'],
      ...['custom-key', 'custom-value'],
    ]);
  });

  it('are read back as they were written, long texts too', () => {
    const fields = { ':status': '200', 'grpc-message': 'x'.repeat(300), short: '', edge: 'y'.repeat(127) };
    expect(new HpackDecoder().decode(hpackEncode(fields))).toEqual(Object.entries(fields).flat());
  });

  it('forget the oldest fields when the table is full, and all when it is shrunk', () => {
    const decoder = new HpackDecoder();
    const add = (value: string) =>
      Buffer.concat([Buffer.from([0x40, 1]), Buffer.from('n'), Buffer.from([value.length]), Buffer.from(value)]);
    for (let i = 0; i < 300; i++) decoder.decode(add(`v${i}`.padEnd(60)));
    expect(decode(decoder, 'be')).toEqual(['n', 'v299'.padEnd(60)]);
    // 4096 bytes hold 44 entries of 1 + 60 + 32.
    expect(decode(decoder, 'e9')).toEqual(['n', 'v256'.padEnd(60)]);
    expect(() => decode(decoder, 'ea')).toThrow('an index of nothing');
    decode(decoder, '20');
    expect(() => decode(decoder, 'be')).toThrow('an index of nothing');
  });

  it.each([
    ['index 0', '80'],
    ['an index beyond the table', 'be'],
    ['a number without end', 'ffffffffffff'],
    ['a string that is cut', '40056162'],
    ['no value', '400161'],
    ['a Huffman code of the end', '4001618 4ffffffff'.replace(' ', '')],
    ['Huffman padding of zeros', '400161810 0'.replace(' ', '')],
    ['a table larger than agreed', '3fe21f'],
    ['a table size behind fields', '8220'],
  ])('with %s break the connection', (_what, hex) => {
    expect(() => decode(new HpackDecoder(), hex)).toThrow(
      expect.objectContaining({ code: ErrorCode.COMPRESSION_ERROR }),
    );
  });

  it('that unpack to more than 64 KiB are refused', () => {
    const decoder = new HpackDecoder();
    const long = 'v'.repeat(4000);
    decoder.decode(
      Buffer.concat([Buffer.from([0x40, 1]), Buffer.from('n'), Buffer.from([0x7f, 0xa1, 0x1e]), Buffer.from(long)]),
    );
    expect(() => decoder.decode(Buffer.alloc(100, 0xbe))).toThrow(
      expect.objectContaining({ code: ErrorCode.ENHANCE_YOUR_CALM }),
    );
  });
});
