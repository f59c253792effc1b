#!/bin/sh
# The front end's phases of an Amplify build, in the repository's root: npm_build.sh install|build FOLDER
set -eu
folder=$2

if [ "$1" = install ]; then
    if [ ! -f "$folder/package.json" ]; then
        echo "Put the front end into $folder/, for example as a git submodule."
        exit 1
    fi
    cp build/front_end.env "$folder/.env.production"
    # Libraries that a package loads and Amplify's image lacks: without them, ERR_DLOPEN_FAILED.
    if [ -d "$folder/libvips_x64" ]; then
        cp -R "$folder"/libvips_x64/* "${LIBRARY_FOLDER:-/usr/lib64}/"
        ldconfig
    fi
    # Scripts of packages would run beside the service role; without a package that needs its
    # own (such as sharp before 0.33), nothing is missing. NPM_SCRIPTS=true lets them run.
    scripts=--ignore-scripts
    if [ "${NPM_SCRIPTS:-}" = true ]; then scripts=; fi
    # shellcheck disable=SC2086
    npm --prefix "$folder" ci $scripts
else
    # Exported: Next.js prefers variables of the process, and Amplify sets those of an earlier build.
    set -a
    . build/front_end.env
    set +a
    npm --prefix "$folder" run build
fi
