-- What became of each delivered file: delivered = accepted + quarantined + exact copies.
-- A view: the rows lie in the warehouse already, and are new in every build.
{{ config(materialized='view') }}

select
    register,
    delivery,
    file,
    table_name,
    rows_delivered,
    rows_accepted,
    rows_quarantined,
    rows_exact_copy,
    status,
    message,
    is_in_force,
    is_synthetic
from {{ source('delivered', 'deliveries') }}
order by register, delivery, file
