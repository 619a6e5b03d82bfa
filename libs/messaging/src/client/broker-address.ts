/** Where the broker is and who we are, in the words of the client library. */
export interface BrokerAddress {
  /** `host:port` of the gRPC port. */
  endpoints: string;
  /** The library wants one; the proxy of RocketMQ 5 pays no attention to it. */
  namespace: '';
  sslEnabled: boolean;
  /** For each unary call, in ms. */
  requestTimeout: number;
  sessionCredentials?: { accessKey: string; accessSecret: string };
}
