import { connect } from 'node:net';

const ANSWER_WITHIN_MS = 5_000;
const SUCCESS = 0;

/**
 * One request in RocketMQ's remoting protocol, and its answer.
 *
 *     bytes   4               4                              header length   the rest
 *             length of all   0 (JSON) << 24 | header        JSON            body
 *             that follows    length
 *
 * @returns the body of the answer
 */
export async function callRemoting(address, code, extFields = {}, body = '') {
  const [, host, port] = address.match(/^(.+):(\d+)$/) ?? [];
  if (!host) throw new Error(`not host:port: ${address}`);
  const request = frame({ code, language: 'OTHER', version: 0, opaque: 1, flag: 0, extFields }, Buffer.from(body));
  const { header, body: answer } = await exchange(host, Number(port), request);
  if (header.code !== SUCCESS) throw new Error(`${address} refused request ${code}: ${header.remark ?? header.code}`);
  return answer;
}

function frame(header, body) {
  const json = Buffer.from(JSON.stringify(header));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32BE(4 + json.length + body.length, 0);
  lengths.writeUInt32BE(json.length, 4);
  return Buffer.concat([lengths, json, body]);
}

function exchange(host, port, request) {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const socket = connect(port, host, () => socket.write(request));
    socket.setTimeout(ANSWER_WITHIN_MS, () => socket.destroy(new Error(`no answer from ${host}:${port}`)));
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      if (received.length < 4 || received.length < 4 + received.readUInt32BE(0)) return;
      const headerLength = received.readUInt32BE(4) & 0xffffff;
      resolve({
        header: JSON.parse(received.subarray(8, 8 + headerLength).toString()),
        body: received.subarray(8 + headerLength, 4 + received.readUInt32BE(0)),
      });
      socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`${host}:${port} closed the connection`)));
  });
}
