-- user-service's own database.

CREATE TABLE IF NOT EXISTS trade_user (
  user_id bigint NOT NULL,
  user_name varchar(255) NOT NULL,
  user_password varchar(255) NOT NULL COMMENT 'scrypt$N$r$p$salt$hash, salt and hash in base64',
  user_mobile varchar(255) NULL,
  user_score int NOT NULL DEFAULT 0,
  user_reg_time timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  user_money decimal(10, 2) NOT NULL DEFAULT 0 COMMENT 'balance now',
  initial_user_money decimal(10, 2) NOT NULL DEFAULT 0 COMMENT 'balance before the first order: user_money = this - paid + refunded',
  PRIMARY KEY (user_id),
  CONSTRAINT user_money_not_negative CHECK (user_money >= 0)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS trade_user_money_log (
  user_id bigint NOT NULL,
  order_id bigint NOT NULL,
  money_log_type tinyint NOT NULL COMMENT '1 pay, 2 refund',
  use_money decimal(10, 2) NOT NULL,
  create_time timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (user_id, order_id, money_log_type),
  CONSTRAINT user_money_log_type_known CHECK (money_log_type IN (1, 2)),
  CONSTRAINT user_money_log_not_negative CHECK (use_money >= 0)
) ENGINE = InnoDB;

-- The fence: what an order has done to a balance. Refunded without a payment before it = a tombstone that refuses a late payment.
CREATE TABLE IF NOT EXISTS balance_payment (
  order_id bigint NOT NULL,
  user_id bigint NOT NULL,
  amount decimal(10, 2) NOT NULL,
  state tinyint NOT NULL COMMENT '1 paid, 2 refunded',
  update_time timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (order_id, user_id),
  CONSTRAINT balance_payment_state_known CHECK (state IN (1, 2)),
  CONSTRAINT balance_payment_not_negative CHECK (amount >= 0)
) ENGINE = InnoDB;

-- One row per payment: its score is credited once and taken back at most once. Of an order's payments one is accepted in the
-- end, so in the end one row of an order is credited. Taken back without a credit before it = a tombstone.
CREATE TABLE IF NOT EXISTS trade_user_score_log (
  pay_id bigint NOT NULL,
  order_id bigint NOT NULL,
  user_id bigint NOT NULL,
  score int NOT NULL,
  state tinyint NOT NULL COMMENT '1 credited, 2 taken back',
  log_time timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (pay_id),
  KEY user_score_log_by_order (order_id, state),
  KEY user_score_log_by_user (user_id),
  CONSTRAINT user_score_log_state_known CHECK (state IN (1, 2))
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
