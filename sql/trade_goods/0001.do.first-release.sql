-- goods-service's own database.

CREATE TABLE IF NOT EXISTS trade_goods (
  goods_id bigint NOT NULL,
  goods_name varchar(255) NOT NULL,
  goods_number int NOT NULL COMMENT 'in stock now',
  initial_goods_number int NOT NULL COMMENT 'in stock before the first order: goods_number = this + the sum of the log',
  goods_price decimal(10, 2) NOT NULL,
  goods_desc varchar(255) NULL,
  add_time timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (goods_id),
  CONSTRAINT goods_stock_not_negative CHECK (goods_number >= 0),
  CONSTRAINT goods_price_not_negative CHECK (goods_price >= 0)
) ENGINE = InnoDB;

CREATE TABLE IF NOT EXISTS trade_goods_number_log (
  goods_id bigint NOT NULL,
  order_id bigint NOT NULL,
  log_type tinyint NOT NULL COMMENT '1 hold, 2 release',
  goods_number int NOT NULL COMMENT 'negative for a hold, positive for a release',
  log_time timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (goods_id, order_id, log_type),
  CONSTRAINT goods_number_log_sign CHECK ((log_type = 1 AND goods_number < 0) OR (log_type = 2 AND goods_number > 0))
) ENGINE = InnoDB;

-- The fence: what an order has done to the stock. Released without a hold before it = a tombstone that refuses a late hold.
CREATE TABLE IF NOT EXISTS stock_hold (
  order_id bigint NOT NULL,
  goods_id bigint NOT NULL,
  goods_number int NOT NULL,
  state tinyint NOT NULL COMMENT '1 held, 2 released',
  update_time timestamp(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (order_id, goods_id),
  CONSTRAINT stock_hold_state_known CHECK (state IN (1, 2))
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
