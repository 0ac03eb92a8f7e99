#!/bin/sh
# build.sh SANS NOTO: SANS is the unpacked npm package, NOTO the font folder of the Debian package.
# Writes the font files of this folder into the current one: NotoSans-Regular.ttf and -Bold.ttf, and
# one file for each further script and weight.
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
    pyftsubset "$noto/NotoSansHebrew-$weight.ttf" --output-file="$work/hebrew.ttf" --no-hinting \
        --unicodes='U+591-5C7,U+5D0-5EA,U+5EF-5F4' --layout-features='*' --layout-scripts=hebr
    # Signs of currency that stand between letters of either direction: with the signs, not the script.
    pyftsubset "$noto/NotoSansThai-$weight.ttf" --output-file="$work/baht.ttf" --no-hinting \
        --unicodes='U+E3F' --layout-features=''
    pyftsubset "$noto/NotoSansKhmer-$weight.ttf" --output-file="$work/riel.ttf" --no-hinting \
        --unicodes='U+17DB' --layout-features=''
    pyftsubset "$noto/NotoSansMath-Regular.ttf" --output-file="$work/maths.ttf" --no-hinting \
        --unicodes='U+2190-2199,U+21D0-21D4,U+2202,U+2205-2209,U+220F,U+2211,U+221A,U+221D,U+221E,U+2227-222B,U+2248,U+2260,U+2261,U+2264,U+2265,U+2282-2287' \
        --layout-features=''
    pyftsubset "$noto/NotoSansSymbols2-Regular.ttf" --output-file="$work/shapes.ttf" --no-hinting \
        --unicodes='U+25A0,U+25A1,U+25AA,U+25AB,U+25B2-25B7,U+25BC,U+25BD,U+25C6,U+25C7,U+25CB,U+25CF,U+2605,U+2606,U+2713,U+2717' \
        --layout-features=''
    pyftmerge --output-file="NotoSans-$weight.ttf" --drop-tables=DSIG,vhea,vmtx \
        "$work/sans.ttf" "$work/arabic.ttf" "$work/hebrew.ttf" "$work/baht.ttf" "$work/riel.ttf" \
        "$work/maths.ttf" "$work/shapes.ttf"
    # The letters, marks and digits of a script; the space, the joiners, and the ring that a mark
    # without a letter is drawn on.
    further() {
        pyftsubset "$noto/NotoSans$1-$weight.ttf" --output-file="NotoSans$1-$weight.ttf" \
            --no-hinting --unicodes="U+20,U+A0,U+200B-200D,U+25CC,$2" --layout-features='*' \
            --notdef-outline
    }
    further Armenian 'U+531-556,U+559-589'
    further Devanagari 'U+900-97F'
    further Georgian 'U+10A0-10C5,U+10C7,U+10CD,U+10D0-10FF,U+1C90-1CBA,U+1CBD-1CBF'
    further Khmer 'U+1780-17DA,U+17DC,U+17DD,U+17E0-17E9'
    further Lao 'U+E81-EDF'
    further Myanmar 'U+1000-109F'
    further Thai 'U+E01-E3A,U+E40-E5B'
done
