"""The forecast: supply of and demand for each group in each area, and how many to educate.

What each figure means stands in docs/definitions_forecast.md. Persons are counted in SQL
(`dbt/models/intermediate/forecast`); from the counts this package makes rates (`rates`), who begins
(`beginners`), the way from year to year (`projection`), demand (`demand`), and the tables (`tables`).
The same code forecasts from the last year, from the years before it (the back-test), under every scenario and
for every draw of years.
"""
