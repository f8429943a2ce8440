-- Rows that were set aside: they take no part in any figure, and nothing of them is lost.
select
    register,
    delivery,
    file,
    line,
    table_name,
    rule,
    column_name,
    value,
    reason,
    row_content
from {{ source('delivered', 'quarantine') }}
order by register, delivery, file, line
