-- Staff density: open data, by year.
select * from marts.staff_density
order by year, area, profession_code, sex
