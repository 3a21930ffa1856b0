# shellcheck shell=bash source-path=SCRIPTDIR/..
# Everything in lib/ and the pinned versions. The script that sources it sets SCRIPTS.

# A failure inside $(…) ends the script like any other.
shopt -s inherit_errexit

source "$SCRIPTS/versions.env"
source "$SCRIPTS/lib/say.sh"
source "$SCRIPTS/lib/need.sh"
source "$SCRIPTS/lib/cache.sh"
source "$SCRIPTS/lib/go.sh"
source "$SCRIPTS/lib/image.sh"
source "$SCRIPTS/lib/tools.sh"
