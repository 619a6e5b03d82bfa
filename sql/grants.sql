-- One account a service: it reads and writes its own database and sees no other. Passwords are filled in when the file is
-- applied (tools/schema.mjs); applied again, a changed password takes effect.

CREATE USER IF NOT EXISTS 'trade_order'@'%' IDENTIFIED BY '${TRADE_ORDER_DB_PASSWORD}';
ALTER USER 'trade_order'@'%' IDENTIFIED BY '${TRADE_ORDER_DB_PASSWORD}';
GRANT SELECT, INSERT, UPDATE, DELETE ON `trade\_order`.* TO 'trade_order'@'%';

CREATE USER IF NOT EXISTS 'trade_pay'@'%' IDENTIFIED BY '${TRADE_PAY_DB_PASSWORD}';
ALTER USER 'trade_pay'@'%' IDENTIFIED BY '${TRADE_PAY_DB_PASSWORD}';
GRANT SELECT, INSERT, UPDATE, DELETE ON `trade\_pay`.* TO 'trade_pay'@'%';

CREATE USER IF NOT EXISTS 'trade_goods'@'%' IDENTIFIED BY '${TRADE_GOODS_DB_PASSWORD}';
ALTER USER 'trade_goods'@'%' IDENTIFIED BY '${TRADE_GOODS_DB_PASSWORD}';
GRANT SELECT, INSERT, UPDATE, DELETE ON `trade\_goods`.* TO 'trade_goods'@'%';

CREATE USER IF NOT EXISTS 'trade_coupon'@'%' IDENTIFIED BY '${TRADE_COUPON_DB_PASSWORD}';
ALTER USER 'trade_coupon'@'%' IDENTIFIED BY '${TRADE_COUPON_DB_PASSWORD}';
GRANT SELECT, INSERT, UPDATE, DELETE ON `trade\_coupon`.* TO 'trade_coupon'@'%';

CREATE USER IF NOT EXISTS 'trade_user'@'%' IDENTIFIED BY '${TRADE_USER_DB_PASSWORD}';
ALTER USER 'trade_user'@'%' IDENTIFIED BY '${TRADE_USER_DB_PASSWORD}';
GRANT SELECT, INSERT, UPDATE, DELETE ON `trade\_user`.* TO 'trade_user'@'%';
