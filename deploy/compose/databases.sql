-- The databases of one installation, for a server that is empty.
create database catalog;
create database shard_0;
create database shard_1;
create database shard_2;
create database shard_3;
create database dagster;
