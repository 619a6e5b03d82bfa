-- coupon-service's own database.

CREATE TABLE IF NOT EXISTS trade_coupon (
  coupon_id bigint NOT NULL,
  coupon_price decimal(10, 2) NOT NULL,
  user_id bigint NOT NULL,
  order_id bigint NULL COMMENT 'the order that uses it',
  is_used tinyint NOT NULL DEFAULT 0,
  used_time timestamp(3) NULL DEFAULT NULL,
  PRIMARY KEY (coupon_id),
  KEY coupon_by_user (user_id),
  CONSTRAINT coupon_price_not_negative CHECK (coupon_price >= 0),
  CONSTRAINT coupon_used_by_an_order CHECK ((is_used = 0 AND order_id IS NULL) OR (is_used = 1 AND order_id IS NOT NULL))
) ENGINE = InnoDB;

-- The fence: what an order has done to a coupon. Given back without a use before it = a tombstone that refuses a late use.
CREATE TABLE IF NOT EXISTS coupon_use (
  order_id bigint NOT NULL,
  coupon_id bigint NOT NULL,
  user_id bigint NOT NULL,
  state tinyint NOT NULL COMMENT '1 used, 2 given back',
  update_time timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (order_id, coupon_id),
  CONSTRAINT coupon_use_state_known CHECK (state IN (1, 2))
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
