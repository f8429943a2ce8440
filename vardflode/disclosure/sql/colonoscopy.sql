-- Colonoscopies and endoscopists by year and area: no cohorts, no windows.
select *
from marts.colonoscopy
inner join (
    select year, level, area, columns('_key$') from intermediate.int_colonoscopy_counts
) using (year, level, area)
order by year, level, area
