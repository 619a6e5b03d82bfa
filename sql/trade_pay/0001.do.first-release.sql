-- pay-service's own database.

CREATE TABLE IF NOT EXISTS trade_pay (
  pay_id bigint NOT NULL,
  order_id bigint NOT NULL,
  user_id bigint NOT NULL,
  pay_amount decimal(10, 2) NOT NULL,
  money_paid decimal(10, 2) NOT NULL DEFAULT 0 COMMENT 'the part of the order paid from the balance',
  is_paid tinyint NOT NULL DEFAULT 0 COMMENT '0 open, 1 paying, 2 paid, 3 refunded, 4 failed',
  create_time timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  pay_time timestamp(3) NULL DEFAULT NULL,
  open_order_id bigint NULL COMMENT 'order_id while open, paying or paid, then NULL: at most one such payment an order',
  PRIMARY KEY (pay_id),
  UNIQUE KEY pay_one_open_per_order (open_order_id),
  KEY pay_by_order (order_id),
  CONSTRAINT pay_state_known CHECK (is_paid BETWEEN 0 AND 4),
  CONSTRAINT pay_amounts_not_negative CHECK (pay_amount >= 0 AND money_paid >= 0)
) ENGINE = InnoDB;

-- One row per payment that succeeded.
CREATE TABLE IF NOT EXISTS trade_pay_log (
  pay_id bigint NOT NULL,
  order_id bigint NOT NULL,
  pay_amount decimal(10, 2) NOT NULL,
  log_time timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (pay_id),
  KEY pay_log_by_order (order_id)
) ENGINE = InnoDB;

-- One row per payment that went back to the payer.
CREATE TABLE IF NOT EXISTS trade_pay_refund (
  pay_id bigint NOT NULL,
  order_id bigint NOT NULL,
  amount decimal(10, 2) NOT NULL,
  reason varchar(255) NOT NULL,
  create_time timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (pay_id),
  KEY pay_refund_by_order (order_id),
  CONSTRAINT pay_refund_not_negative CHECK (amount >= 0)
) ENGINE = InnoDB;

-- The outbox: rows are written in the sender's transaction and deleted when the broker has the message.
CREATE TABLE IF NOT EXISTS trade_mq_producer_temp (
  id varchar(100) NOT NULL,
  group_name varchar(100) NOT NULL,
  msg_topic varchar(100) NOT NULL,
  msg_tag varchar(100) NOT NULL,
  msg_key varchar(100) NOT NULL,
  msg_body text NOT NULL,
  msg_properties text NULL COMMENT 'JSON object of text values',
  deliver_at_ms bigint NULL COMMENT 'unix time in ms of a delayed message',
  msg_status tinyint NOT NULL DEFAULT 0 COMMENT '0 waiting, 2 refused by the broker, tried again rarely',
  create_time timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  next_send_time timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) COMMENT 'from then on any poll may take the row',
  PRIMARY KEY (id),
  KEY producer_temp_by_next_send (next_send_time),
  CONSTRAINT producer_temp_has_id CHECK (id <> '')
) ENGINE = InnoDB;

-- The inbox: a row commits together with the handler's change, so that a second delivery finds it and does nothing.
CREATE TABLE IF NOT EXISTS trade_mq_consumer_log (
  group_name varchar(100) NOT NULL,
  msg_tag varchar(100) NOT NULL,
  msg_key varchar(100) NOT NULL,
  msg_id varchar(50) NULL,
  msg_body text NULL,
  consumer_status tinyint NOT NULL COMMENT '0 in progress, 1 done, 2 failed',
  consumer_times int NOT NULL COMMENT 'deliveries so far',
  consumer_timestamp timestamp(3) NULL DEFAULT NULL,
  remark varchar(500) NULL COMMENT 'the error of the last failed delivery',
  PRIMARY KEY (group_name, msg_tag, msg_key),
  KEY consumer_log_by_status (consumer_status),
  CONSTRAINT consumer_log_status CHECK (consumer_status BETWEEN 0 AND 2)
) ENGINE = InnoDB;
