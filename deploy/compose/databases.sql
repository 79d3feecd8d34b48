-- The roles and databases of one installation, for a server that is empty. Read by psql, which takes the passwords from its
-- environment; `openpolicy migrate` gives the roles their rights.
\getenv api_password API_PASSWORD
\getenv loader_password LOADER_PASSWORD
\getenv relay_password RELAY_PASSWORD
\getenv consumer_password CONSUMER_PASSWORD
\getenv dagster_password DAGSTER_PASSWORD
create role openpolicy_api login password :'api_password';
create role openpolicy_loader login password :'loader_password';
create role openpolicy_relay login password :'relay_password';
create role openpolicy_consumer login password :'consumer_password';
create role openpolicy_dagster login password :'dagster_password';
create database catalog;
create database shard_0;
create database shard_1;
create database shard_2;
create database shard_3;
create database dagster owner openpolicy_dagster;
revoke all on database catalog, shard_0, shard_1, shard_2, shard_3, dagster, postgres from public;
