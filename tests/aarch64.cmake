# Toolchain for 64-bit ARM: Debian's cross compiler, a Debian tree of that architecture for headers
# and libraries, and qemu to run the tests.
#
#   apt-get install gcc-aarch64-linux-gnu qemu-user-static debootstrap
#   tests/aarch64_root.sh DIR           # fetches the packages and unpacks them, 400 MB
#   ARK_AARCH64_ROOT=DIR cmake --preset aarch64
#   cmake --build --preset aarch64
#   ctest --preset aarch64
#
# The tests of the library, and all that are programs of their own, run under qemu. Those that start
# ark-index and ark-search from a shell or from Python (labels cli and golden, quality.evaluator)
# would need the system to start foreign programs, and are left out.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)

if(NOT ARK_AARCH64_ROOT)
  set(ARK_AARCH64_ROOT $ENV{ARK_AARCH64_ROOT})
endif()
if(NOT ARK_AARCH64_ROOT)
  message(FATAL_ERROR "set ARK_AARCH64_ROOT to the directory that tests/aarch64_root.sh has made")
endif()
# CMake reads this file again, in projects of its own, to try the compiler.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES ARK_AARCH64_ROOT)
set(CMAKE_SYSROOT ${ARK_AARCH64_ROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
# qemu keeps 16 bytes for each page of a map, 4 GB for one of 1 TiB as the store has it where there is
# room, and visits all of them at each mmap and munmap: with 16 GiB of addresses, of which the store
# maps 8, opening an index took 30 ms and fuzz.index 24 minutes. With 4 GiB it maps a smaller one.
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static -R 0x100000000 -L ${ARK_AARCH64_ROOT})
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${ARK_AARCH64_ROOT})
set(ENV{PKG_CONFIG_LIBDIR}
    ${ARK_AARCH64_ROOT}/usr/lib/aarch64-linux-gnu/pkgconfig:${ARK_AARCH64_ROOT}/usr/share/pkgconfig)
