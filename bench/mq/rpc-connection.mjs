/** gRPC calls of any content over one connection of node:http2, for what a LoadConnection, whose calls are all the same, cannot do. */
import { connect } from 'node:http2';
import { encode, messageType, SERVICE } from './protocol.mjs';

const PREFIX_BYTES = 5;
const LARGE_WINDOW_BYTES = 16 << 20;

export class RpcConnection {
  #session;
  #clientId;

  constructor(endpoint, clientId) {
    this.#clientId = clientId;
    this.#session = connect(`http://${endpoint}`, { settings: { initialWindowSize: LARGE_WINDOW_BYTES } });
    this.#session.on('connect', () => this.#session.setLocalWindowSize(LARGE_WINDOW_BYTES));
    // Calls under way end with the error themselves.
    this.#session.on('error', () => undefined);
  }

  /** All messages of the answer. Rejects when the call fails; an error of the protocol is a status in the first message. */
  async call(name, request) {
    const answer = messageType(`${name}Response`);
    const messages = [];
    const stream = this.#stream(name, (bytes) => messages.push(answer.decode(bytes)));
    stream.end(prefixed(encode(`${name}Request`, request)));
    await new Promise((resolve, reject) => {
      stream.on('error', reject);
      stream.on('close', resolve);
    });
    if (messages.length === 0) throw new Error(`${name}: no answer`);
    return messages;
  }

  /** The Telemetry stream, which stays open: what comes goes to `heard`. Gives what sends a command. */
  telemetry(heard) {
    const command = messageType('TelemetryCommand');
    const stream = this.#stream('Telemetry', (bytes) => heard(command.decode(bytes)));
    // It ends with the connection.
    stream.on('error', () => undefined);
    return (fields) => stream.write(prefixed(encode('TelemetryCommand', fields)));
  }

  #stream(name, onMessage) {
    const stream = this.#session.request({
      ':method': 'POST',
      ':path': `${SERVICE}/${name}`,
      te: 'trailers',
      'content-type': 'application/grpc',
      'x-mq-client-id': this.#clientId,
      'x-mq-language': 'HTTP',
      'x-mq-client-version': '5.0.7',
    });
    let buffered = Buffer.alloc(0);
    stream.on('data', (chunk) => {
      buffered = buffered.length > 0 ? Buffer.concat([buffered, chunk]) : chunk;
      while (buffered.length >= PREFIX_BYTES) {
        const end = PREFIX_BYTES + buffered.readUInt32BE(1);
        if (buffered.length < end) break;
        onMessage(buffered.subarray(PREFIX_BYTES, end));
        buffered = buffered.subarray(end);
      }
    });
    return stream;
  }

  /** Ends the connection and every call on it. */
  close() {
    this.#session.destroy();
  }
}

function prefixed(message) {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}
