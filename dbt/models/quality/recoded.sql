-- Rows that came under a code that has been replaced, and are counted under the one in force today.
-- A view: the rows lie in the warehouse already, and are new in every build.
{{ config(materialized='view') }}

select
    register,
    delivery,
    file,
    table_name,
    column_name,
    code,
    recoded_to,
    row_count,
    first_year,
    last_year
from {{ source('delivered', 'recoded') }}
order by register, delivery, file, column_name, code
