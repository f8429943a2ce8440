-- Rows and tables that were kept but are worth a look. One row per case.
with yearly as (
    select distinct register, table_name, year
    from {{ source('delivered', 'parts') }}
    where year is not null
),

year_missing as (
    select
        'year_missing' as warning,
        spans.register,
        spans.table_name,
        null::varchar as delivery,
        null::varchar as file,
        null::uinteger as line,
        null::varchar as column_name,
        years.year::varchar as value,
        'No delivery has the year ' || years.year || ': what needs it is not observed' as message
    from (
        -- Up to the last year of the flow, which the other registers reach.
        select
            register,
            table_name,
            min(year) as first_year,
            greatest(max(year), coalesce({{ last_year() }}, max(year))) as last_year
        from yearly
        group by register, table_name
    ) as spans
    cross join range(1960, 2200) as years (year)
    left join yearly
        on
            spans.register = yearly.register
            and spans.table_name = yearly.table_name
            and years.year = yearly.year
    where years.year between spans.first_year and spans.last_year and yearly.year is null
),

-- Rows of each table (each year of a yearly one) by delivery, against the delivery before.
volumes_by_delivery as (
    select
        register,
        table_name,
        year,
        delivery,
        sum(rows_accepted) as rows_accepted,
        lag(sum(rows_accepted)) over (
            partition by register, table_name, year order by delivery
        ) as rows_before,
        row_number() over (partition by register, table_name, year order by delivery desc) = 1 as is_newest
    from {{ source('delivered', 'deliveries') }}
    where status = 'accepted'
    group by register, table_name, year, delivery
),

moved as (
    select
        'moved' as warning,
        register,
        table_name,
        delivery,
        null::varchar as file,
        null::uinteger as line,
        null::varchar as column_name,
        rows_accepted::varchar as value,
        'Rows' || coalesce(' of ' || year, '') || ': ' || rows_before || ' in the delivery before, now '
        || rows_accepted as message
    from volumes_by_delivery
    where
        is_newest
        and rows_before is not null
        and abs(rows_accepted - rows_before) > {{ var('max_move') }} * rows_before
)

select * from {{ ref('int_row_warnings') }}
union all by name
select * from year_missing
union all by name
select * from moved
order by all
