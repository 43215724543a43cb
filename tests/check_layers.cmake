# Checks the rules of the source tree that no compiler checks:
#
#   - who may include whom (the table of ARCHITECTURE.md), and that headers
#     form no cycle;
#   - each outside library is known to the folder or file that wraps it only;
#   - no raw bidirectional control character in a source: they reorder what a
#     reviewer sees;
#   - no function over 70 lines, no file over 700 (but tests and generated ones);
#   - a doc comment in front of every prototype of a header.
#
# cmake -DSOURCE_DIR=DIR -P check_layers.cmake
#
# Prints one line "file:line: what is wrong" per finding and fails if there is
# any. It reads text, it does not parse C: the layout that .clang-format gives
# (a body's braces alone in column 1) is what it relies on.
cmake_minimum_required(VERSION 3.25)

set(function_lines_max 70)
set(file_lines_max 700)

# folder : the folders it may include besides itself, as a regular expression.
set(layers
    "common/base:none"
    "common/text:common/base"
    "common/codec:common/base"
    "common/store:common/(base|codec)"
    "common/terminal:common/(base|text)"
    "indexer:common/(base|text|codec|store|terminal)"
    "searcher:common/(base|text|codec|store|terminal)")

# header : the files that may include it. First match decides.
set(outside_headers
    "lmdb[.]h:common/store/"
    "zstd(_errors)?[.]h|zdict[.]h:common/store/"
    "xxhash[.]h:(common/store/|indexer/read(er|ing)[.]c)"
    "libstemmer[.]h:common/text/stem[.]c"
    "utf8proc[.]h:common/text/"
    "(immintrin|arm_neon)[.]h:common/codec/"
    "linux/magic[.]h:common/store/"
    "fribidi(/.*)?[.]h:common/terminal/bidi[.]c"
    "editline/readline[.]h:searcher/line_editor[.]c"
    "libxml/.*:indexer/reader_html[.]c"
    "yajl/yajl_[a-z]+[.]h:indexer/json_record[.]c"
    "md4c(-html)?[.]h:indexer/reader_markdown[.]c"
    "archive(_entry)?[.]h:indexer/reader_archive[.]c"
    "(uchardet/)?uchardet[.]h:indexer/intake[.]c"
    "iconv[.]h:indexer/transcode[.]c")

# What libc brings: C17 and POSIX.1-2008, and flock(2), statfs(2), mallopt(3).
string(
  CONCAT libc_headers
         "(assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math|setjmp|signal"
         "|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|tgmath"
         "|threads|time|uchar|wchar|wctype|malloc"
         "|dirent|fcntl|fnmatch|ftw|glob|grp|langinfo|libgen|libintl|poll|pthread|pwd|regex|sched"
         "|search|semaphore|spawn|strings|termios|unistd|utime"
         "|sys/(file|ioctl|mman|resource|select|stat|statfs|statvfs|time|times|types|uio|utsname|wait)"
         ")[.]h")

set_property(GLOBAL PROPERTY finding_count 0)

# Prints one finding.
function(report place text)
  message(NOTICE "${place}: ${text}")
  get_property(count GLOBAL PROPERTY finding_count)
  math(EXPR count "${count} + 1")
  set_property(GLOBAL PROPERTY finding_count ${count})
endfunction()

# Stands for ";" in the lines that read_lines gives.
string(ASCII 1 semicolon)

# The lines of a file as a list, each with a "." in front, because an empty
# element would be lost. Characters that mean something in CMake lists are
# replaced.
function(read_lines path out)
  file(READ "${path}" text)
  string(REGEX REPLACE "\n$" "" text "${text}")
  string(REGEX REPLACE "[][\\]" "_" text "${text}")
  string(REPLACE ";" "${semicolon}" text "${text}")
  string(REPLACE "\n" ";." text ".${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# The folder of the table that a file or an include stands in; empty if none.
function(layer_of path out)
  set(found "")
  foreach(row IN LISTS layers)
    string(REGEX REPLACE ":.*" "" folder "${row}")
    if(path MATCHES "^${folder}/")
      set(found "${folder}")
    endif()
  endforeach()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

# Checks #include "included" at place, in a file of the given layer.
function(check_project_include place layer included)
  foreach(row IN LISTS layers)
    string(REGEX REPLACE ":.*" "" folder "${row}")
    string(REGEX REPLACE "^[^:]*:" "" allowed "${row}")
    if(folder STREQUAL layer AND NOT included MATCHES "^(${folder}|${allowed})/[^/]+$")
      report("${place}" "${layer} may not include ${included}")
    endif()
  endforeach()
endfunction()

# Checks #include <included> at place, in the named file.
function(check_outside_include place file included)
  foreach(row IN LISTS outside_headers)
    string(REGEX REPLACE ":.*" "" header "${row}")
    string(REGEX REPLACE "^[^:]*:" "" users "${row}")
    if(included MATCHES "^(${header})$")
      if(NOT file MATCHES "^(${users})")
        report("${place}" "<${included}> may not be included here")
      endif()
      return()
    endif()
  endforeach()
  if(NOT included MATCHES "^${libc_headers}$")
    report("${place}" "<${included}> is of no library in the table")
  endif()
endfunction()

# Checks the includes of one file and remembers what a header includes.
function(check_includes file)
  layer_of("${file}" layer)
  read_lines("${SOURCE_DIR}/${file}" lines)
  set(number 0)
  foreach(line IN LISTS lines)
    math(EXPR number "${number} + 1")
    if(line MATCHES "^[.][ \t]*#[ \t]*include[ \t]*\"([^\"]+)\"")
      set(included "${CMAKE_MATCH_1}")
      check_project_include("${file}:${number}" "${layer}" "${included}")
      if(file MATCHES "[.]h$")
        set_property(GLOBAL APPEND PROPERTY "includes ${file}" "${included}")
      endif()
    elseif(line MATCHES "^[.][ \t]*#[ \t]*include[ \t]*<([^>]+)>")
      check_outside_include("${file}:${number}" "${file}" "${CMAKE_MATCH_1}")
    endif()
  endforeach()
endfunction()

# Takes away, again and again, the headers that include none of the rest. What
# cannot be taken away includes itself in the end.
function(check_cycles headers)
  set(left ${headers})
  set(removed TRUE)
  while(removed)
    set(removed FALSE)
    foreach(header IN LISTS left)
      get_property(includes GLOBAL PROPERTY "includes ${header}")
      set(blocked FALSE)
      foreach(included IN LISTS includes)
        if(included IN_LIST left)
          set(blocked TRUE)
        endif()
      endforeach()
      if(NOT blocked)
        list(REMOVE_ITEM left "${header}")
        set(removed TRUE)
      endif()
    endforeach()
  endwhile()
  foreach(header IN LISTS left)
    report("${header}:1" "is part of, or includes, a cycle of headers")
  endforeach()
endfunction()

# Refuses U+061C, 200E, 200F, 202A to 202E, 2066 to 2069 as raw UTF-8.
function(check_bidi file)
  file(READ "${SOURCE_DIR}/${file}" text)
  set(controls "")
  string(ASCII 216 156 control)
  list(APPEND controls "${control}")
  foreach(last IN ITEMS 142 143 170 171 172 173 174)
    string(ASCII 226 128 ${last} control)
    list(APPEND controls "${control}")
  endforeach()
  foreach(last IN ITEMS 166 167 168 169)
    string(ASCII 226 129 ${last} control)
    list(APPEND controls "${control}")
  endforeach()
  foreach(control IN LISTS controls)
    string(FIND "${text}" "${control}" at)
    if(at GREATER_EQUAL 0)
      string(SUBSTRING "${text}" 0 ${at} before)
      string(REGEX REPLACE "[^\n]" "" newlines "${before}")
      string(LENGTH "${newlines}" number)
      math(EXPR number "${number} + 1")
      report("${file}:${number}" "raw bidirectional control character, write it as an escape")
    endif()
  endforeach()
endfunction()

# Refuses functions that are too long, and files but for tests, which grow with their cases.
function(check_sizes file)
  read_lines("${SOURCE_DIR}/${file}" lines)
  list(LENGTH lines count)
  list(GET lines 0 first)
  if(count GREATER file_lines_max
     AND NOT first MATCHES "[Gg]enerated by"
     AND NOT file MATCHES "^tests/")
    report("${file}:${count}" "a file of ${count} lines, at most ${file_lines_max}")
  endif()
  set(number 0)
  set(start 0)
  foreach(line IN LISTS lines)
    math(EXPR number "${number} + 1")
    if(line STREQUAL ".{")
      set(start ${number})
    elseif(line STREQUAL ".}" AND start GREATER 0)
      math(EXPR size "${number} - ${start} + 1")
      if(size GREATER function_lines_max)
        report("${file}:${start}" "a function of ${size} lines, at most ${function_lines_max}")
      endif()
      set(start 0)
    endif()
  endforeach()
endfunction()

# Refuses a prototype that does not stand directly under a doc comment.
function(check_docs file)
  read_lines("${SOURCE_DIR}/${file}" lines)
  set(number 0)
  set(comment "")    # "doc" or "plain" while inside a comment
  set(above "")      # what ended directly above this line
  set(statement "")  # a declaration in column 1, collected up to its ; or {
  foreach(line IN LISTS lines)
    math(EXPR number "${number} + 1")
    if(NOT comment STREQUAL "")
      if(line MATCHES "[*]/")
        set(above "${comment}")
        set(comment "")
      endif()
      continue()
    endif()
    if(statement STREQUAL "")
      if(line MATCHES "^[.]/[*]")
        set(kind "plain")
        if(line MATCHES "^[.]/[*][*]")
          set(kind "doc")
        endif()
        if(line MATCHES "[*]/")
          set(above "${kind}")
        else()
          set(comment "${kind}")
        endif()
        continue()
      elseif(NOT line MATCHES "^[.][A-Za-z_]")
        set(above "")
        continue()
      endif()
      set(start ${number})
    endif()
    string(REGEX REPLACE "[ \t]*//.*$|[ \t]*/[*].*[*]/[ \t]*$" "" line "${line}")
    string(APPEND statement "${line}")
    if(statement MATCHES "{")
      set(statement "")
      set(above "")
    elseif(line MATCHES "${semicolon}$")
      if(statement MATCHES "[(]"
         AND NOT statement MATCHES "^[.](typedef|_Static_assert|static|#)"
         AND NOT above STREQUAL "doc")
        string(REGEX REPLACE "^[.]([^(]*[ *])?([A-Za-z0-9_]+)[(].*" "\\2" name "${statement}")
        report("${file}:${start}" "no doc comment in front of ${name}")
      endif()
      set(statement "")
      set(above "")
    endif()
  endforeach()
endfunction()

# --- main -------------------------------------------------------------------

set(product_files "")
set(headers "")
foreach(folder IN ITEMS common indexer searcher)
  file(GLOB_RECURSE found RELATIVE "${SOURCE_DIR}" "${SOURCE_DIR}/${folder}/*.[ch]")
  list(APPEND product_files ${found})
endforeach()
list(SORT product_files)
if(product_files STREQUAL "")
  message(FATAL_ERROR "no sources under ${SOURCE_DIR}")
endif()

foreach(file IN LISTS product_files)
  layer_of("${file}" layer)
  if(layer STREQUAL "")
    report("${file}:1" "stands in no folder of the table")
  endif()
  check_includes("${file}")
  if(file MATCHES "[.]h$")
    list(APPEND headers "${file}")
    check_docs("${file}")
  endif()
endforeach()
check_cycles("${headers}")

file(GLOB_RECURSE test_files RELATIVE "${SOURCE_DIR}" "${SOURCE_DIR}/tests/*.[ch]")
foreach(file IN LISTS product_files test_files)
  check_sizes("${file}")
endforeach()

set(text_files ${product_files} ${test_files})
foreach(folder IN ITEMS common indexer searcher tests data man)
  file(
    GLOB_RECURSE found
    RELATIVE "${SOURCE_DIR}"
    "${SOURCE_DIR}/${folder}/CMakeLists.txt" "${SOURCE_DIR}/${folder}/*.cmake"
    "${SOURCE_DIR}/${folder}/*.py" "${SOURCE_DIR}/${folder}/*.sh")
  list(APPEND text_files ${found})
endforeach()
foreach(file IN LISTS text_files)
  check_bidi("${file}")
endforeach()

get_property(count GLOBAL PROPERTY finding_count)
if(count GREATER 0)
  message(FATAL_ERROR "${count} findings")
endif()
list(LENGTH text_files count)
message(STATUS "${count} files checked")
