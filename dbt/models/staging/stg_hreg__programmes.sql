with delivered as (
    select * from {{ source('delivered', 'hreg_program') }}
)

select
    larosate as institution,
    programkod as programme_code,
    examenskod as degree_code,
    inriktning as specialisation,
    studieort_kommun as study_municipality,
    giltig_fran as valid_from,
    giltig_till as valid_to,
    _delivery as delivery,
    _file as delivered_file,
    _line as delivered_line
from delivered
