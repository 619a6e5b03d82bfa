-- order-service's own database.

CREATE TABLE IF NOT EXISTS trade_order (
  order_id bigint NOT NULL,
  user_id bigint NOT NULL,
  order_status tinyint NOT NULL COMMENT '0 unconfirmed, 1 confirmed, 2 cancelled, 3 invalid, 4 refunded',
  pay_status tinyint NOT NULL DEFAULT 0 COMMENT '0 unpaid, 1 paying, 2 paid',
  shipping_status tinyint NOT NULL DEFAULT 0 COMMENT '0 not shipped, 1 shipped, 2 returned',
  address varchar(255) NOT NULL,
  consignee varchar(255) NULL,
  goods_id bigint NOT NULL,
  goods_number int NOT NULL,
  goods_price decimal(10, 2) NOT NULL,
  goods_amount decimal(10, 2) NOT NULL,
  shipping_fee decimal(10, 2) NOT NULL,
  order_amount decimal(10, 2) NOT NULL,
  coupon_id bigint NULL,
  coupon_paid decimal(10, 2) NOT NULL DEFAULT 0,
  money_paid decimal(10, 2) NOT NULL DEFAULT 0 COMMENT 'the part paid from the balance',
  pay_amount decimal(10, 2) NOT NULL COMMENT 'what is left to pay',
  add_time timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  confirm_time timestamp(3) NULL DEFAULT NULL,
  pay_time timestamp(3) NULL DEFAULT NULL,
  pay_id bigint NULL COMMENT 'the payment that paid it',
  cancel_time timestamp(3) NULL DEFAULT NULL,
  cancel_reason varchar(255) NULL,
  PRIMARY KEY (order_id),
  KEY order_by_user (user_id),
  KEY order_by_status_and_age (order_status, add_time),
  KEY order_unpaid_by_age (order_status, pay_status, confirm_time),
  CONSTRAINT order_status_known CHECK (order_status BETWEEN 0 AND 4),
  CONSTRAINT order_pay_status_known CHECK (pay_status BETWEEN 0 AND 2),
  CONSTRAINT order_shipping_status_known CHECK (shipping_status BETWEEN 0 AND 2),
  CONSTRAINT order_has_goods CHECK (goods_number >= 1),
  CONSTRAINT order_amounts_not_negative CHECK (
    goods_price >= 0 AND goods_amount >= 0 AND shipping_fee >= 0 AND order_amount >= 0
    AND coupon_paid >= 0 AND money_paid >= 0 AND pay_amount >= 0
  )
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
