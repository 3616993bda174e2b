# Writes the file IN as a C array into OUT.
file(READ ${IN} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
file(WRITE ${OUT} "#include <stddef.h>
extern const unsigned char demo_script[];
extern const size_t demo_script_len;
const unsigned char demo_script[] = {
${bytes}
};
const size_t demo_script_len = sizeof demo_script;
")
