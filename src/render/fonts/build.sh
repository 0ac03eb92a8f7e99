#!/bin/sh
# build.sh SANS NOTO: SANS is the unpacked npm package, NOTO the font folder of the Debian package.
# Writes NotoSans-Regular.ttf and NotoSans-Bold.ttf into the current folder.
set -eu
sans=$1
noto=$2
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
# The same input gives the same bytes.
SOURCE_DATE_EPOCH=1609459200
export SOURCE_DATE_EPOCH
for weight in Regular Bold; do
    case $weight in Regular) dir=400Regular ;; *) dir=700Bold ;; esac
    pyftsubset "$sans/$dir/NotoSans_$dir.ttf" --output-file="$work/sans.ttf" --no-hinting \
        --unicodes='U+20-7E,U+A0-24F,U+259,U+2B0-2FF,U+300-36F,U+370-3FF,U+400-52F,U+1E00-1EFF,U+2000-206F,U+2070-209F,U+20A0-20CF,U+2100-214F,U+2190-22FF,U+25A0-25FF' \
        --layout-features=kern,mark,mkmk,ccmp,locl,liga \
        --layout-scripts=DFLT,latn,cyrl,grek --notdef-outline
    pyftsubset "$noto/NotoNaskhArabic-$weight.ttf" --output-file="$work/arabic.ttf" --no-hinting \
        --unicodes='U+600-6FF,U+750-77F,U+8A0-8FF,U+FD3E,U+FD3F,U+FDFA,U+FDFC' \
        --layout-features='*' --layout-scripts=arab
    pyftsubset "$noto/NotoSansMath-Regular.ttf" --output-file="$work/maths.ttf" --no-hinting \
        --unicodes='U+2190-2199,U+21D0-21D4,U+2202,U+2205-2209,U+220F,U+2211,U+221A,U+221D,U+221E,U+2227-222B,U+2248,U+2260,U+2261,U+2264,U+2265,U+2282-2287' \
        --layout-features=''
    pyftsubset "$noto/NotoSansSymbols2-Regular.ttf" --output-file="$work/shapes.ttf" --no-hinting \
        --unicodes='U+25A0,U+25A1,U+25AA,U+25AB,U+25B2-25B7,U+25BC,U+25BD,U+25C6,U+25C7,U+25CB,U+25CF,U+2605,U+2606,U+2713,U+2717' \
        --layout-features=''
    pyftmerge --output-file="NotoSans-$weight.ttf" --drop-tables=DSIG,vhea,vmtx \
        "$work/sans.ttf" "$work/arabic.ttf" "$work/maths.ttf" "$work/shapes.ttf"
done
