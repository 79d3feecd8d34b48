-- The offices a member held, dated, as the roles document gives them. The view of states shows the column by itself.
alter table members add column offices jsonb not null default '[]';
