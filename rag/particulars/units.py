"""The units a number may have: as they are written → what is measured, and by how much.

Units of one dimension are turned into each other, so that 1.5 km is 1,500 m and 5 miles are not
5 km. Currencies are never turned into each other.
"""

from typing import NamedTuple


class Unit(NamedTuple):
    """A unit: what it measures, its factor to that dimension's own, and a name to show.

    `special` is the country of a currency that several have.
    """

    dimension: str
    factor: float
    name: str
    special: str = ""


def _table(rows: str, dimension: str) -> dict[str, Unit]:
    """Lines of "factor: spelling, spelling" as units of a dimension, plurals included."""
    units: dict[str, Unit] = {}
    for row in rows.strip().splitlines():
        factor, _, spellings = row.partition(":")
        names = [name.strip() for name in spellings.split(",")]
        for name in names:
            units[name] = Unit(dimension, float(factor), names[0])
    return units


_LENGTH = """
1: metre, metres, meter, meters, m
1000: kilometre, kilometres, kilometer, kilometers, km, kms
0.01: centimetre, centimetres, centimeter, centimeters, cm
0.001: millimetre, millimetres, millimeter, millimeters, mm
1e-6: micrometre, micrometres, micrometer, micrometers, micron, microns, um, μm
1e-9: nanometre, nanometres, nanometer, nanometers, nm
1609.344: mile, miles
1852: nautical mile, nautical miles
0.9144: yard, yards, yd
0.3048: foot, feet, ft
0.0254: inch, inches
9.4607e15: light year, light years
1.79875e10: light minute, light minutes
299792458: light second, light seconds
"""
_AREA = """
1: square metre, square metres, square meter, square meters, sq m, sqm, m2
1e6: square kilometre, square kilometres, square kilometer, square kilometers, sq km, km2
10000: hectare, hectares, ha
4046.856: acre, acres
2589988: square mile, square miles, sq mi
0.09290304: square foot, square feet, sq ft, ft2
"""
_VOLUME = """
1000: cubic metre, cubic metres, cubic meter, cubic meters, m3
1e12: cubic kilometre, cubic kilometres, km3
1: litre, litres, liter, liters, l
0.01: centilitre, centilitres, cl
0.001: millilitre, millilitres, milliliter, milliliters, ml
3.785412: gallon, gallons
158.987: barrel, barrels, bbl
28.3168: cubic foot, cubic feet
"""
_MASS = """
1: gram, grams, gramme, grammes, g
1000: kilogram, kilograms, kilogramme, kilogrammes, kilo, kilos, kg
0.001: milligram, milligrams, mg
1e-6: microgram, micrograms, mcg, ug, μg
1e6: tonne, tonnes, metric ton, metric tons
1e6: ton, tons
28.349523: ounce, ounces, oz
453.59237: lb, lbs
6350.29: stone
"""
_TIME = """
1: second, seconds, sec, secs, s
0.001: millisecond, milliseconds, ms
60: minute, minutes, min, mins
3600: hour, hours, hr, hrs, h
86400: day, days
86400: night, nights
604800: week, weeks
1209600: fortnight, fortnights
2629800: month, months
31557600: year, years, yr, yrs
315576000: decade, decades
3155760000: century, centuries
"""
_SPEED = """
1: metre per second, metres per second, meters per second, metres a second, m/s, ms-1
0.277777778: kilometre per hour, kilometres per hour, kilometres an hour, kilometers per hour, \
kilometers an hour, km/h, kph, kmh, kmph
0.44704: mile per hour, miles per hour, miles an hour, mph
0.514444: knot, knots
"""
_POWER = """
1: watt, watts, w
1e3: kilowatt, kilowatts, kw
1e6: megawatt, megawatts, mw
1e9: gigawatt, gigawatts, gw
1e12: terawatt, terawatts, tw
"""
_ENERGY = """
1: watt hour, watt hours, wh
1e3: kilowatt hour, kilowatt hours, kilowatt-hours, kwh
1e6: megawatt hour, megawatt hours, mwh
1e9: gigawatt hour, gigawatt hours, gwh
1e12: terawatt hour, terawatt hours, twh
0.000277777778: joule, joules
0.277777778: kilojoule, kilojoules, kj
277.777778: megajoule, megajoules, mj
1.163: kilocalorie, kilocalories, kcal
"""
_DATA = """
1: byte, bytes
1e3: kilobyte, kilobytes, kb
1e6: megabyte, megabytes, mb
1e9: gigabyte, gigabytes, gb
1e12: terabyte, terabytes, tb
"""
_BIT_RATE = """
1e3: kilobit per second, kilobits per second, kbit/s, kbps
1e6: megabit per second, megabits per second, mbit/s, mbps, megabits a second, \
mbit, megabit, megabits
1e9: gigabit per second, gigabits per second, gbit/s, gbps, gigabits a second
"""
_PRESSURE = """
1: mm hg, mmhg, millimetres of mercury, millimeters of mercury
7.50062: kilopascal, kilopascals, kpa
0.750062: hectopascal, hectopascals, hpa, millibar, millibars
"""
_FREQUENCY = """
1: hertz, hz
1e3: kilohertz, khz
1e6: megahertz, mhz
1e9: gigahertz, ghz
"""
_SHARE = """
1: per cent, percent, %, pct, percentage
"""
_POINTS = """
1: percentage point, percentage points, pp, ppt
0.01: basis point, basis points, bp, bps
"""
_ANGLE = """
1: degree, degrees, °
"""
UNITS: dict[str, Unit] = {
    **_table(_LENGTH, "length"),
    **_table(_AREA, "area"),
    **_table(_VOLUME, "volume"),
    **_table(_MASS, "mass"),
    **_table(_TIME, "time"),
    **_table(_SPEED, "speed"),
    **_table(_POWER, "power"),
    **_table(_ENERGY, "energy"),
    **_table(_DATA, "data"),
    **_table(_BIT_RATE, "bit rate"),
    **_table(_PRESSURE, "pressure"),
    **_table(_FREQUENCY, "frequency"),
    **_table(_SHARE, "share"),
    **_table(_POINTS, "points"),
    **_table(_ANGLE, "degree"),
    **{
        spelling: Unit("celsius", 1.0, "°C")
        for spelling in (
            "° c",
            "degrees celsius",
            "degree celsius",
            "degrees c",
            "℃",
            "celsius",
            "degrees centigrade",
        )
    },
    **{
        spelling: Unit("fahrenheit", 1.0, "°F")
        for spelling in ("° f", "degrees fahrenheit", "degree fahrenheit", "degrees f", "℉")
    },
}
# Letters alone that are units only directly after digits: "a 5 m wall", not "the 3 s".
SHORT = frozenset("m g l h s w t ha min ms cl mb kb gb um nm bp pp sec stone".split())

_CURRENCIES = """
dollar: $, dollar, dollars, usd=us, us$=us, us dollars=us, us dollar=us, aud=au, a$=au, cad=ca, \
c$=ca, hk$=hk, hkd=hk, s$=sg, sgd=sg, nz$=nz, nzd=nz
euro: €, euro, euros, eur
pound: £, pound, pounds, gbp, sterling, pounds sterling
pence: pence, p
yen: ¥, yen, jpy
yuan: yuan, renminbi, rmb, cny
rupee: ₹, rupee, rupees, inr, rs
rouble: ₽, rouble, roubles, ruble, rubles, rub
won: ₩, krw
franc: franc, francs, chf=ch, swiss franc=ch, swiss francs=ch
crown: crown, crowns, krone, kroner, krona, kronor, nok=no, sek=se, dkk=dk, czk=cz, koruna, korunas
zloty: zloty, zlotys, zlote, pln
lira: ₺, lira, liras, try
real: r$, reais, brl
peso: peso, pesos, mxn
rand: rand, zar
shekel: ₪, shekel, shekels, ils
dirham: dirham, dirhams, aed
riyal: riyal, riyals, rial, rials, sar
dinar: dinar, dinars
hryvnia: ₴, hryvnia, hryvnias, uah
forint: forint, forints, huf
leu: lei, ron
naira: ₦, naira, ngn
shilling: shilling, shillings, kes
taler: taler, talers
mark: deutschmarks, dm
bitcoin: bitcoin, bitcoins, btc
cent: cents
"""
CURRENCIES: dict[str, Unit] = {}
for _row in _CURRENCIES.strip().splitlines():
    _base, _, _spellings = _row.partition(": ")
    for _spelling in _spellings.split(", "):
        _name, _, _special = _spelling.partition("=")
        CURRENCIES[_name] = Unit("money", 1.0, _base, _special)
SYMBOLS = frozenset("$€£¥₹₽₩₺₪₴₦")
# A word before the number: "EUR 5 million", "NOK 1.2bn".
CODES = frozenset(
    "usd aud cad hkd sgd nzd eur gbp jpy cny rmb inr rs rub krw chf nok sek dkk czk pln brl mxn zar"
    " ils aed sar uah huf ron ngn kes us a c hk s nz r".split()
)
MAGNITUDES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "k": 1e3, "m": 1e6, "mn": 1e6, "mio": 1e6, "bn": 1e9, "b": 1e9, "tn": 1e12, "trn": 1e12,
    "lakh": 1e5, "crore": 1e7, "dozen": 12.0, "score": 20.0,
}  # fmt: skip
# These are magnitudes only where they touch the digits: "5bn", "312m" (of money), "12k".
TOUCHING = frozenset("k m mn mio bn b tn trn".split())
