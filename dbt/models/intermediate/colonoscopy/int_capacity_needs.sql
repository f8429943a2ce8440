-- What each unit lacks for those who have waited over 90 days, and what room it has when all who wait are seen.
with months as (
    select * from {{ ref('stg_vantelaget__months') }}
)

select
    months.year,
    months.month,
    months.unit,
    municipalities.lan as county,
    municipalities.sjukvardsregion as health_region,
    greatest(0, months.waiting_over_90_days - (months.available - months.booked))::bigint as lack,
    greatest(0, months.available - months.booked - months.waiting)::bigint as room
from months
inner join {{ ref('kommuner') }} as municipalities on months.municipality = municipalities.kommun
order by months.year, months.month, months.unit
