-- What happened to orders in this service, for their timelines. Written beside the work, kept for a day.
CREATE TABLE IF NOT EXISTS trade_order_event (
  process varchar(40) NOT NULL COMMENT 'pid and a random part: an instance, until it is started again',
  number int NOT NULL,
  order_id bigint NULL,
  trace_id varchar(32) NULL COMMENT 'of the request or message that it belongs to',
  kind varchar(16) NOT NULL,
  name varchar(100) NOT NULL,
  at_us bigint NOT NULL COMMENT 'unix time in microseconds',
  duration_us bigint NULL,
  failure varchar(255) NULL,
  details text NULL COMMENT 'JSON object',
  PRIMARY KEY (process, number),
  KEY order_event_by_order (order_id),
  KEY order_event_by_trace (trace_id),
  KEY order_event_by_time (at_us),
  KEY order_event_by_kind (kind, at_us)
) ENGINE = InnoDB;
