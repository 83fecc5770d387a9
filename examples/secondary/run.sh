#!/bin/sh
# Starts a BIND that stands for the CRM's, a PowerDNS on MariaDB, and a zonecast that
# follows the one and keeps the other, and zone files, equal to it; changes a record,
# and shows that it arrives. All of it is on the loopback, in a folder of its own, and
# gone when it ends.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d)
bind='' follower='' database='' pdns=''
over() {
	for pid in $follower $bind $pdns $database; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null || true; done
	rm -rf "$dir"
}
trap over EXIT
trap 'exit 1' INT TERM

wait_for() { # a command, which has half a minute to succeed
	for _ in $(seq 300); do
		if "$@" >/dev/null 2>&1; then return; fi
		sleep 0.1
	done
	echo "this did not come true: $*" >&2
	cat "$dir"/*.log >&2
	exit 1
}

port=${PORT:-5300} notify=${NOTIFY_PORT:-5301} metrics=${METRICS_PORT:-9153}
served=${SERVED_PORT:-5302} web=${WEB_PORT:-8081}
secret=$(head -c 32 /dev/urandom | base64)
cd "$dir"
echo "$secret" >xfr.secret
echo example.com >zones.list
sed "s/:5300/:$port/; s/:5301/:$notify/; s/:9153/:$metrics/; s/:8081/:$web/" "$here/zonecast.yaml" >zonecast.yaml
cat >example.com.zone <<ZONE
@   3600 SOA ns1.example.net. hostmaster.example.net. 1 10800 3600 604800 3600
@   3600 NS  ns1.example.net.
www 300  A   192.0.2.1
ZONE
cat >named.conf <<CONF
key "xfr-key" { algorithm hmac-sha256; secret "$secret"; };
options {
  directory "$dir"; pid-file none; session-keyfile none; managed-keys-directory "$dir";
  listen-on port $port { 127.0.0.1; }; listen-on-v6 { none; };
  recursion no; dnssec-validation no;
  allow-transfer { key xfr-key; }; allow-update { key xfr-key; };
  notify explicit; notify-delay 0; also-notify port $notify { 127.0.0.1 key xfr-key; };
};
controls { };
zone "example.com" { type primary; file "example.com.zone"; };
CONF

# The database, which nobody reaches but through a socket, and the server.
sql() { mariadb --no-defaults --socket="$dir/sock" --user=root "$@"; }
as=''
[ "$(id -u)" != 0 ] || as=--user=root
mariadb-install-db --no-defaults --datadir="$dir/data" --auth-root-authentication-method=normal --skip-test-db $as >install.log 2>&1
mariadbd --no-defaults --datadir="$dir/data" --socket="$dir/sock" --pid-file="$dir/mariadb.pid" --skip-networking $as 2>mariadb.log &
database=$!
wait_for sql -e 'SELECT 1'
sql -e 'CREATE DATABASE pdns CHARACTER SET latin1'
for schema in /usr/share/pdns-backend-mysql/schema/schema.mysql.sql /usr/share/doc/pdns-backend-mysql/schema.mysql.sql; do
	[ ! -e $schema ] || { sql pdns <$schema; break; }
done
head -c 18 /dev/urandom | base64 >pdns.key
echo "root@unix($dir/sock)/pdns" >pdns.dsn
mkdir pdns
cat >pdns/pdns.conf <<CONF
launch=gmysql
gmysql-socket=$dir/sock
gmysql-user=root
gmysql-dbname=pdns
local-address=127.0.0.1
local-port=$served
socket-dir=$dir
daemon=no
guardian=no
disable-syslog=yes
api=yes
api-key=$(cat pdns.key)
webserver-port=$web
CONF
pdns_server --config-dir="$dir/pdns" >pdns.log 2>&1 &
pdns=$!

(cd "$here" && go build -o "$dir/zonecast" ../../cmd/zonecast)
named -c named.conf -f -n 1 -L named.log &
bind=$!
wait_for dig @127.0.0.1 -p "$port" +time=1 +tries=1 example.com SOA
./zonecast secondary --config zonecast.yaml >follower.log 2>&1 &
follower=$!
wait_for grep -q 192.0.2.1 zones/example.com.zone
echo "the zone is here:"
cat zones/example.com.zone
address() { dig @127.0.0.1 -p "$served" +short +time=1 +tries=1 www.example.com A; }
is() { [ "$(address)" = "$1" ]; }
wait_for is 192.0.2.1
echo "and PowerDNS serves it: www has $(address)"

echo "server 127.0.0.1 $port
zone example.com
update delete www.example.com A
update add www.example.com 300 A 192.0.2.2
send" | nsupdate -y "hmac-sha256:xfr-key:$secret"
wait_for grep -q 192.0.2.2 zones/example.com.zone
echo "and so is the change:"
grep www zones/example.com.zone
wait_for is 192.0.2.2
echo "which PowerDNS serves, too: www has $(address)"
