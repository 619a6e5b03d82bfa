-- Sample rows for a new database: goods, users and coupons to order with, and one order that is already paid, with
-- every row that its services would have written. Rows that exist are left as they are: a second run changes nothing.
SET time_zone = '+00:00';

USE trade_goods;

INSERT IGNORE INTO trade_goods
  (goods_id, goods_name, goods_number, initial_goods_number, goods_price, goods_desc, add_time)
VALUES
  (345959443973935104, 'Javase课程', 999, 1000, 1000.00, 'Java course on video', '2019-07-09 20:38:00'),
  (345959443973935105, 'NestJS in practice, paperback', 200, 200, 79.90, 'A book', '2020-10-10 00:00:00'),
  (345959443973935106, 'Sticker sheet', 5000, 5000, 0.99, 'Twelve stickers', '2020-10-10 00:00:00'),
  (345959443973935107, 'Signed first edition', 1, 1, 388.88, 'The last one in stock', '2020-10-10 00:00:00'),
  (345959443973935108, 'Mechanical keyboard', 40, 40, 529.50, '87 keys', '2020-10-10 00:00:00');

INSERT IGNORE INTO trade_goods_number_log (goods_id, order_id, log_type, goods_number, log_time)
VALUES (345959443973935104, 352537369385242624, 1, -1, '2019-07-27 16:58:44');

INSERT IGNORE INTO stock_hold (order_id, goods_id, goods_number, state, update_time)
VALUES (352537369385242624, 345959443973935104, 1, 1, '2019-07-27 16:58:44');

USE trade_coupon;

INSERT IGNORE INTO trade_coupon (coupon_id, coupon_price, user_id, order_id, is_used, used_time)
VALUES
  (345988230098857984, 20.00, 345963634385633280, 352537369385242624, 1, '2019-07-27 16:58:44'),
  (345988230098857985, 20.00, 345963634385633280, NULL, 0, NULL),
  (345988230098857986, 20.00, 345963634385633280, NULL, 0, NULL),
  (345988230098857987, 20.00, 345963634385633280, NULL, 0, NULL),
  (345988230098857988, 20.00, 345963634385633280, NULL, 0, NULL),
  (345988230098857989, 20.00, 345963634385633280, NULL, 0, NULL),
  (345988230098857990, 20.00, 345963634385633280, NULL, 0, NULL),
  (345988230098857991, 20.00, 345963634385633280, NULL, 0, NULL),
  (345988230098857992, 20.00, 345963634385633280, NULL, 0, NULL),
  (345988230098857993, 20.00, 345963634385633280, NULL, 0, NULL),
  (345988230098857994, 20.00, 345963634385633280, NULL, 0, NULL),
  (345988230098857995, 15.50, 345963634385633281, NULL, 0, NULL),
  (345988230098857996, 5.05, 345963634385633282, NULL, 0, NULL);

INSERT IGNORE INTO coupon_use (order_id, coupon_id, user_id, state, update_time)
VALUES (352537369385242624, 345988230098857984, 345963634385633280, 1, '2019-07-27 16:58:44');

USE trade_user;

-- The password of every sample user is 123456.
INSERT IGNORE INTO trade_user
  (user_id, user_name, user_password, user_mobile, user_score, user_reg_time, user_money, initial_user_money)
VALUES
  (345963634385633280, 'zs', 'scrypt$16384$8$1$c2FtcGxlLXVzZXItMS4uLg==$uupU27EInoxeqhBblSpvT8EMtYwDuqmH+VBccBBU9Uk=',
    '18888888888', 100, '2020-10-10 00:00:00', 900.00, 1000.00),
  (345963634385633281, 'lisi', 'scrypt$16384$8$1$c2FtcGxlLXVzZXItMi4uLg==$6toDVaUPX7cQYAL5sUQ8Nd0JJcdsJQzwxIp5kJTAqG0=',
    '13900000001', 0, '2020-10-11 00:00:00', 250.55, 250.55),
  (345963634385633282, 'wangwu', 'scrypt$16384$8$1$c2FtcGxlLXVzZXItMy4uLg==$e88ZMQ1m8vxPZuhwcbkS++72H92OWuwZVJS8jDgf70I=',
    '13900000002', 0, '2020-10-12 00:00:00', 12.34, 12.34),
  (345963634385633283, 'zhaoliu', 'scrypt$16384$8$1$c2FtcGxlLXVzZXItNC4uLg==$n054hEJ+qMZQOlFWWODcjXscMOuqaMRRjt66DDNlPcA=',
    '13900000003', 0, '2020-10-13 00:00:00', 0.00, 0.00);

INSERT IGNORE INTO trade_user_money_log (user_id, order_id, money_log_type, use_money, create_time)
VALUES (345963634385633280, 352537369385242624, 1, 100.00, '2019-07-27 16:58:44');

INSERT IGNORE INTO balance_payment (order_id, user_id, amount, state, update_time)
VALUES (352537369385242624, 345963634385633280, 100.00, 1, '2019-07-27 16:58:44');

INSERT IGNORE INTO trade_user_score_log (order_id, pay_id, user_id, score, state, log_time)
VALUES (352537369385242624, 352542415984402432, 345963634385633280, 100, 1, '2019-07-27 17:18:47');

USE trade_order;

INSERT IGNORE INTO trade_order
  (order_id, user_id, order_status, pay_status, shipping_status, address, consignee, goods_id, goods_number, goods_price,
    goods_amount, shipping_fee, order_amount, coupon_id, coupon_paid, money_paid, pay_amount, add_time, confirm_time, pay_time,
    pay_id)
VALUES
  (352537369385242624, 345963634385633280, 1, 2, 0, '北京', NULL, 345959443973935104, 1, 1000.00,
    1000.00, 0.00, 1000.00, 345988230098857984, 20.00, 100.00, 880.00,
    '2019-07-27 16:58:44', '2019-07-27 16:58:44', '2019-07-27 17:18:47', 352542415984402432);

USE trade_pay;

INSERT IGNORE INTO trade_pay
  (pay_id, order_id, user_id, pay_amount, money_paid, is_paid, create_time, pay_time, open_order_id)
VALUES
  (352542415984402432, 352537369385242624, 345963634385633280, 880.00, 100.00, 2,
    '2019-07-27 17:18:45', '2019-07-27 17:18:47', 352537369385242624);

INSERT IGNORE INTO trade_pay_log (pay_id, order_id, pay_amount, log_time)
VALUES (352542415984402432, 352537369385242624, 880.00, '2019-07-27 17:18:47');
