#!/bin/bash
# Run by the MySQL image when its volume is new: databases, tables, accounts, sample rows. The image sources the file or runs
# it, depending on how the mount shows its mode, so it leaves no setting behind.
apply_sql() {
  MYSQL_PWD=$MYSQL_ROOT_PASSWORD mysql --protocol=socket -uroot --default-character-set=utf8mb4
}

fill_in_passwords() {
  local sql name
  sql=$(cat)
  for name in TRADE_ORDER TRADE_PAY TRADE_GOODS TRADE_COUPON TRADE_USER; do
    name=${name}_DB_PASSWORD
    sql=${sql//"\${$name}"/"${!name}"}
  done
  printf '%s\n' "$sql"
}

(
  set -eo pipefail
  for schema in trade_order trade_pay trade_goods trade_coupon trade_user; do
    apply_sql < "/sql/$schema.sql"
  done
  fill_in_passwords < /sql/grants.sql | apply_sql
  if [ "${SAMPLE_DATA:-true}" != false ]; then apply_sql < /sql/seed.sql; fi
) || exit 1
