-- How far each register tells, against the one that tells furthest: by the deliveries' own days. With a clock,
-- which dbt's own source freshness reads, the same deliveries would give another warehouse tomorrow.
with registers as (
    select
        *,
        datediff('month', told_until, max(told_until) over ()) as months_behind
    from {{ source('delivered', 'told_until') }}
)

select
    register,
    told_until,
    cadence_months,
    months_behind,
    months_behind > cadence_months as is_late
from registers
order by register
