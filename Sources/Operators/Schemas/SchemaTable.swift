// Written by tools/catalogue from onnx 1.23.2: do not edit.
// swift-format-ignore-file

/// The facts of every version of every ONNX operator, as text; `tools/catalogue` describes its form.
enum SchemaTable {
  static let text: StaticString = """
ai.onnx 28
ai.onnx.ml 5
ai.onnx.preview 1
ai.onnx.preview.training 1

map(int64, double)
map(int64, float)
map(int64, string)
map(string, double)
map(string, float)
map(string, int64)
optional(seq(tensor(bfloat16)))
optional(seq(tensor(bool)))
optional(seq(tensor(complex128)))
optional(seq(tensor(complex64)))
optional(seq(tensor(double)))
optional(seq(tensor(float)))
optional(seq(tensor(float16)))
optional(seq(tensor(float4e2m1)))
optional(seq(tensor(float6e2m3)))
optional(seq(tensor(float6e3m2)))
optional(seq(tensor(float8e4m3fn)))
optional(seq(tensor(float8e4m3fnuz)))
optional(seq(tensor(float8e5m2)))
optional(seq(tensor(float8e5m2fnuz)))
optional(seq(tensor(float8e8m0)))
optional(seq(tensor(int16)))
optional(seq(tensor(int2)))
optional(seq(tensor(int32)))
optional(seq(tensor(int4)))
optional(seq(tensor(int64)))
optional(seq(tensor(int8)))
optional(seq(tensor(string)))
optional(seq(tensor(uint16)))
optional(seq(tensor(uint2)))
optional(seq(tensor(uint32)))
optional(seq(tensor(uint4)))
optional(seq(tensor(uint64)))
optional(seq(tensor(uint8)))
optional(tensor(bfloat16))
optional(tensor(bool))
optional(tensor(complex128))
optional(tensor(complex64))
optional(tensor(double))
optional(tensor(float))
optional(tensor(float16))
optional(tensor(float4e2m1))
optional(tensor(float6e2m3))
optional(tensor(float6e3m2))
optional(tensor(float8e4m3fn))
optional(tensor(float8e4m3fnuz))
optional(tensor(float8e5m2))
optional(tensor(float8e5m2fnuz))
optional(tensor(float8e8m0))
optional(tensor(int16))
optional(tensor(int2))
optional(tensor(int32))
optional(tensor(int4))
optional(tensor(int64))
optional(tensor(int8))
optional(tensor(string))
optional(tensor(uint16))
optional(tensor(uint2))
optional(tensor(uint32))
optional(tensor(uint4))
optional(tensor(uint64))
optional(tensor(uint8))
seq(map(int64, float))
seq(map(string, float))
seq(tensor(bfloat16))
seq(tensor(bool))
seq(tensor(complex128))
seq(tensor(complex64))
seq(tensor(double))
seq(tensor(float))
seq(tensor(float16))
seq(tensor(float4e2m1))
seq(tensor(float6e2m3))
seq(tensor(float6e3m2))
seq(tensor(float8e4m3fn))
seq(tensor(float8e4m3fnuz))
seq(tensor(float8e5m2))
seq(tensor(float8e5m2fnuz))
seq(tensor(float8e8m0))
seq(tensor(int16))
seq(tensor(int2))
seq(tensor(int32))
seq(tensor(int4))
seq(tensor(int64))
seq(tensor(int8))
seq(tensor(string))
seq(tensor(uint16))
seq(tensor(uint2))
seq(tensor(uint32))
seq(tensor(uint4))
seq(tensor(uint64))
seq(tensor(uint8))
tensor(bfloat16)
tensor(bool)
tensor(complex128)
tensor(complex64)
tensor(double)
tensor(float)
tensor(float16)
tensor(float4e2m1)
tensor(float6e2m3)
tensor(float6e3m2)
tensor(float8e4m3fn)
tensor(float8e4m3fnuz)
tensor(float8e5m2)
tensor(float8e5m2fnuz)
tensor(float8e8m0)
tensor(int16)
tensor(int2)
tensor(int32)
tensor(int4)
tensor(int64)
tensor(int8)
tensor(string)
tensor(uint16)
tensor(uint2)
tensor(uint32)
tensor(uint4)
tensor(uint64)
tensor(uint8)

96-98
96-98,107,109,111-112,114,116,118-119
92,96-98,107,109,111-112,114,116,118-119
92,96-98
96-98,109,111,116,118
92,96-98,109,111,116,118
111
93
92-93,96-98,107,109,111-112,114,116,118-119
92-99,102-112,114-119
114,116,118-119
107,109,111-112,114,116,118-119
109,111
93,96-98,107,109,111-112,114,116,118-119
93,96-98,107,109,111-114,116,118-119
92-93,96-98,107,109,111-114,116,118-119
92-93,96-98,102-105,107,109,111-114,116,118-119
92-93,96-98,102-105,107,109-114,116-119
92-93,96-99,102-105,107,109-114,116-119
92-93,96-99,102-107,109-114,116-119
92-93,96-99,102-119
92-93,96-119
92,97-98
97
92-98,107,109,111-114,116,118-119
93-98,107,109,111-114,116,118-119
65-70,79,81,83-86,88,90-91
92-98,102-105,107,109,111-114,116,118-119
92-98,102-105,107,109-114,116-119
92-99,102-105,107,109-114,116-119
92-99,102-107,109-114,116-119
92-99,102-119
92-93,96-98,102-105,107,109,111-112,114,116,118-119
92-93,96-98,102-105,107,109-112,114,116-119
92-93,96-99,102-105,107,109-112,114,116-119
92-93,96-99,102-107,109-112,114,116-119
92-93,96-99,102-112,114-119
112,119
109
96-97,109,111,116,118
109,112,119
102-105,109,112,119
102-105,107,109-110,112,114,117,119
99,102-105,107,109-110,112,114,117,119
92,97-98,106
99,102-105,107-110,112,114-115,117,119
99-105,107-110,112,114-115,117,119
92,96-98,102-105
119
93,109,111
65-70,79,81,83-86,88,90-98,107,109,111-114,116,118-119
7-12,21,23,25-28,30,32-33,35-40,49,51,53-56,58,60-61,65-70,79,81,83-86,88,90-98,107,109,111-114,116,118-119
7-12,21,23,25-28,30,32-33,35-40,49,51,53-56,58,60-61,65-70,79,81,83-86,88,90-98,102-105,107,109,111-114,116,118-119
7-12,21,23,25-28,30,32-33,35-40,49,51,53-56,58,60-61,65-70,79,81,83-86,88,90-98,102-105,107,109-114,116-119
7-12,21,23,25-28,30,32-33,35-40,49,51,53-56,58,60-61,65-70,79,81,83-86,88,90-99,102-105,107,109-114,116-119
7-12,21,23,25-28,30,32-33,35-40,49,51,53-56,58,60-61,65-70,79,81,83-86,88,90-99,102-107,109-114,116-119
7-12,21,23,25-28,30,32-33,35-40,49,51,53-56,58,60-61,65-70,79,81,83-86,88,90-99,102-119
65-70,79,81,83-86,88,90-91,93-98,107,109,111-114,116,118-119
6-12,21,23,25-28,30,32-40,49,51,53-56,58,60-61,64-70,79,81,83-86,88,90-98,107,109,111-114,116,118-119
6-12,21,23,25-28,30,32-40,44-47,49,51,53-56,58,60-61,64-70,74-77,79,81,83-86,88,90-98,102-105,107,109,111-114,116,118-119
6-12,21,23,25-28,30,32-40,44-47,49,51-56,58-61,64-70,74-77,79,81-86,88-98,102-105,107,109-114,116-119
6-12,21,23,25-28,30,32-41,44-47,49,51-56,58-61,64-71,74-77,79,81-86,88-99,102-105,107,109-114,116-119
6-12,21,23,25-28,30,32-41,44-49,51-56,58-61,64-71,74-79,81-86,88-99,102-107,109-114,116-119
6-12,21,23,25-28,30,32-41,44-61,64-71,74-99,102-119
96-97
92,97
96-98,112,119
92,96-98,112,119
96-98,107,109,111-112
92,96-98,107,109,111-112
7-12,21,23,25-28,30,32-33,35-40,49,51,53-56,58,60-61
64-119
6-61
7-12,21,23,25-28,30,32-33,35-40,49,51,53-56,58,60-61,65-70,79,81,83-86,88,90-91,93-98,107,109,111-114,116,118-119
6-61,64-119
96-98,109,111
92,96-98,109,111
102-105,112,119
97,109
92,97-98,109
102-105,107,110,112,114,117,119
99,102-105,107,110,112,114,117,119
92,97-98,106,109
99,102-105,107-108,110,112,114-115,117,119
99-105,107-108,110,112,114-115,117,119
96-97,107,109,111
92,96-98,107,109,111
96-98,109,111-112,116,118-119
92,96-98,109,111-112,116,118-119
92-93,96-98,109,111-112,116,118-119
113
64-70,79,81,83-86,88,90-91
109,111,113
93,96-98,109,111
96-97,109,111,113
96-97,109,111
1-2
97,111,113
111,113
0-5
96-97,111,113
96-97,107,109,111,113
62-63
93,97,109,111

Abs
 1|X T|Y T|consumed_inputs INTS|T 0
 6|X T|Y T||T 1
 13|X T|Y T||T 2
Acos
 7|input T|output T||T 0
 22|input T|output T||T 3
Acosh
 9|input T|output T||T 0
 22|input T|output T||T 3
Add
 1|A T,B T|C T|axis INT,broadcast INT 0,consumed_inputs INTS|T 0
 6|A T,B T|C T|axis INT,broadcast INT 0|T 4
 7|A T,B T|C T||T 4
 13|A T,B T|C T||T 5
 14|A T,B T|C T||T 2
Affine
 1~|X T|Y T|alpha FLOAT 1.0,beta FLOAT 0.0|T 0
 10!||||
AffineGrid
 20|theta T1,size T2|grid T1|align_corners INT 0|T1 3,T2 6
And
 1|A T,B T|C T1|axis INT,broadcast INT 0|T 7,T1 7
 7|A T,B T|C T1||T 7,T1 7
ArgMax
 1|data T|reduced tensor(int64)|axis INT 0,keepdims INT 1|T 1
 11|data T|reduced tensor(int64)|axis INT 0,keepdims INT 1|T 1
 12|data T|reduced tensor(int64)|axis INT 0,keepdims INT 1,select_last_index INT 0|T 1
 13|data T|reduced tensor(int64)|axis INT 0,keepdims INT 1,select_last_index INT 0|T 2
ArgMin
 1|data T|reduced tensor(int64)|axis INT 0,keepdims INT 1|T 1
 11|data T|reduced tensor(int64)|axis INT 0,keepdims INT 1|T 1
 12|data T|reduced tensor(int64)|axis INT 0,keepdims INT 1,select_last_index INT 0|T 1
 13|data T|reduced tensor(int64)|axis INT 0,keepdims INT 1,select_last_index INT 0|T 2
Asin
 7|input T|output T||T 0
 22|input T|output T||T 3
Asinh
 9|input T|output T||T 0
 22|input T|output T||T 3
Atan
 7|input T|output T||T 0
 22|input T|output T||T 3
Atanh
 9|input T|output T||T 0
 22|input T|output T||T 3
Attention
 23|Q T1,K T1,V T2,attn_mask? U,past_key? T1,past_value? T2|Y T1,present_key? T1,present_value? T2,qk_matmul_output? T1|is_causal INT 0,kv_num_heads INT,q_num_heads INT,qk_matmul_output_mode INT 0,scale FLOAT,softcap FLOAT 0.0,softmax_precision INT|T1 3,T2 3,U 8
 24|Q T1,K T1,V T2,attn_mask? U,past_key? T1,past_value? T2,nonpad_kv_seqlen? tensor(int64)|Y T1,present_key? T1,present_value? T2,qk_matmul_output? T1|is_causal INT 0,kv_num_heads INT,q_num_heads INT,qk_matmul_output_mode INT 0,scale FLOAT,softcap FLOAT 0.0,softmax_precision INT|T1 3,T2 3,U 8
 25|Q T1,K T1,V T2,attn_mask? U,past_key? T1,past_value? T2,nonpad_kv_seqlen? tensor(int64)|Y T1,present_key? T1,present_value? T2,qk_matmul_output? T1|is_causal INT 0,kv_num_heads INT,left_window_size INT -1,q_num_heads INT,qk_matmul_output_mode INT 0,right_window_size INT -1,scale FLOAT,softcap FLOAT 0.0,softmax_precision INT|T1 3,T2 3,U 8
AveragePool
 1|X T|Y T|auto_pad STRING NOTSET,kernel_shape! INTS,pads INTS,strides INTS|T 0
 7|X T|Y T|auto_pad STRING NOTSET,count_include_pad INT 0,kernel_shape! INTS,pads INTS,strides INTS|T 0
 10|X T|Y T|auto_pad STRING NOTSET,ceil_mode INT 0,count_include_pad INT 0,kernel_shape! INTS,pads INTS,strides INTS|T 0
 11|X T|Y T|auto_pad STRING NOTSET,ceil_mode INT 0,count_include_pad INT 0,kernel_shape! INTS,pads INTS,strides INTS|T 0
 19|X T|Y T|auto_pad STRING NOTSET,ceil_mode INT 0,count_include_pad INT 0,dilations INTS,kernel_shape! INTS,pads INTS,strides INTS|T 0
 22|X T|Y T|auto_pad STRING NOTSET,ceil_mode INT 0,count_include_pad INT 0,dilations INTS,kernel_shape! INTS,pads INTS,strides INTS|T 3
BatchNormalization
 1|X T,scale T,B T,mean T,var T|Y T,mean? T,var? T,saved_mean? T,saved_var? T|consumed_inputs! INTS,epsilon FLOAT 1e-05,is_test INT 0,momentum FLOAT 0.9,spatial INT 1|T 0
 6|X T,scale T,B T,mean T,var T|Y T,mean? T,var? T,saved_mean? T,saved_var? T|epsilon FLOAT 1e-05,is_test INT 0,momentum FLOAT 0.9,spatial INT 1|T 0
 7|X T,scale T,B T,mean T,var T|Y T,mean? T,var? T,saved_mean? T,saved_var? T|epsilon FLOAT 1e-05,momentum FLOAT 0.9,spatial INT 1|T 0
 9|X T,scale T,B T,mean T,var T|Y T,mean? T,var? T,saved_mean? T,saved_var? T|epsilon FLOAT 1e-05,momentum FLOAT 0.9|T 0
 14|X T,scale T,B T,input_mean U,input_var U|Y T,running_mean? U,running_var? U|epsilon FLOAT 1e-05,momentum FLOAT 0.9,training_mode INT 0|T 3,U 3
 15|X T,scale T1,B T1,input_mean T2,input_var T2|Y T,running_mean? T2,running_var? T2|epsilon FLOAT 1e-05,momentum FLOAT 0.9,training_mode INT 0|T 3,T1 3,T2 3
Bernoulli
 15|input T1|output T2|dtype INT,seed FLOAT|T1 0,T2 8
 22|input T1|output T2|dtype INT,seed FLOAT|T1 3,T2 8
BitCast
 26|input T1|output T2|to! INT|T1 9,T2 9
BitShift
 11|X T,Y T|Z T|direction! STRING|T 10
 28|X T,Y T|Z T|direction! STRING|T 11
BitwiseAnd
 18|A T,B T|C T||T 11
BitwiseNot
 18|X T|Y T||T 11
BitwiseOr
 18|A T,B T|C T||T 11
BitwiseXor
 18|A T,B T|C T||T 11
BlackmanWindow
 17|size T1|output T2|output_datatype INT 1,periodic INT 1|T1 12,T2 2
Cast
 1|input T1|output T2|to! STRING|T1 13,T2 13
 6|input T1|output T2|to! INT|T1 13,T2 13
 9|input T1|output T2|to! INT|T1 14,T2 14
 13|input T1|output T2|to! INT|T1 15,T2 15
 19|input T1|output T2|saturate INT 1,to! INT|T1 16,T2 16
 21|input T1|output T2|saturate INT 1,to! INT|T1 17,T2 17
 23|input T1|output T2|saturate INT 1,to! INT|T1 18,T2 18
 24|input T1|output T2|round_mode STRING up,saturate INT 1,to! INT|T1 19,T2 19
 25|input T1|output T2|round_mode STRING up,saturate INT 1,to! INT|T1 20,T2 20
 28|input T1|output T2|round_mode STRING up,saturate INT 1,to! INT|T1 21,T2 21
CastLike
 15|input T1,target_type T2|output T2||T1 15,T2 15
 19|input T1,target_type T2|output T2|saturate INT 1|T1 16,T2 16
 21|input T1,target_type T2|output T2|saturate INT 1|T1 17,T2 17
 23|input T1,target_type T2|output T2|saturate INT 1|T1 18,T2 18
 24|input T1,target_type T2|output T2|round_mode STRING up,saturate INT 1|T1 19,T2 19
 25|input T1,target_type T2|output T2|round_mode STRING up,saturate INT 1|T1 20,T2 20
CausalConvWithState
 27|input T,weight T,bias? T,past_state? T|output T,present_state T|activation STRING none|T 22
Ceil
 1|X T|Y T|consumed_inputs INTS|T 0
 6|X T|Y T||T 0
 13|X T|Y T||T 3
Celu
 12|X T|Y T|alpha FLOAT 1.0|T 23
 28|X T|Y T|alpha FLOAT 1.0|T 3
CenterCropPad
 18|input_data T,shape Tind|output_data T|axes INTS|T 24,Tind 12
Clip
 1|input T|output T|consumed_inputs INTS,max FLOAT,min FLOAT|T 0
 6|input T|output T|max FLOAT 3.4028235e+38,min FLOAT -3.4028235e+38|T 0
 11|input T,min? T,max? T|output T||T 0
 12|input T,min? T,max? T|output T||T 1
 13|input T,min? T,max? T|output T||T 2
Col2Im
 18|input T,image_shape tensor(int64),block_shape tensor(int64)|output T|dilations INTS,pads INTS,strides INTS|T 24
Compress
 9|input T,condition T1|output T|axis INT|T 25,T1 7
 11|input T,condition T1|output T|axis INT|T 25,T1 7
 28|input T,condition T1|output T|axis INT|T 24,T1 7
Concat
 1|inputs*1 T|concat_result T|axis INT|T 0
 4|inputs*1 T|concat_result T|axis! INT|T 25
 11|inputs*1 T|concat_result T|axis! INT|T 25
 13|inputs*1 T|concat_result T|axis! INT|T 24
ConcatFromSequence
 11|input_sequence S|concat_result T|axis! INT,new_axis INT 0|S 26,T 25
Constant
 1||output T|value! TENSOR|T 0
 9||output T|value! TENSOR|T 25
 11||output T|sparse_value SPARSE_TENSOR,value TENSOR|T 25
 12||output T|sparse_value SPARSE_TENSOR,value TENSOR,value_float FLOAT,value_floats FLOATS,value_int INT,value_ints INTS,value_string STRING,value_strings STRINGS|T 25
 13||output T|sparse_value SPARSE_TENSOR,value TENSOR,value_float FLOAT,value_floats FLOATS,value_int INT,value_ints INTS,value_string STRING,value_strings STRINGS|T 24
 19||output T|sparse_value SPARSE_TENSOR,value TENSOR,value_float FLOAT,value_floats FLOATS,value_int INT,value_ints INTS,value_string STRING,value_strings STRINGS|T 27
 21||output T|sparse_value SPARSE_TENSOR,value TENSOR,value_float FLOAT,value_floats FLOATS,value_int INT,value_ints INTS,value_string STRING,value_strings STRINGS|T 28
 23||output T|sparse_value SPARSE_TENSOR,value TENSOR,value_float FLOAT,value_floats FLOATS,value_int INT,value_ints INTS,value_string STRING,value_strings STRINGS|T 29
 24||output T|sparse_value SPARSE_TENSOR,value TENSOR,value_float FLOAT,value_floats FLOATS,value_int INT,value_ints INTS,value_string STRING,value_strings STRINGS|T 30
 25||output T|sparse_value SPARSE_TENSOR,value TENSOR,value_float FLOAT,value_floats FLOATS,value_int INT,value_ints INTS,value_string STRING,value_strings STRINGS|T 31
ConstantFill
 1~|input? T1|output T2|dtype INT 1,extra_shape INTS,input_as_shape INT,shape INTS,value FLOAT 0.0|T1 103,T2 103
 10!||||
ConstantOfShape
 9|input T1|output T2|value TENSOR|T1 6,T2 13
 20|input T1|output T2|value TENSOR|T1 6,T2 32
 21|input T1|output T2|value TENSOR|T1 6,T2 33
 23|input T1|output T2|value TENSOR|T1 6,T2 34
 24|input T1|output T2|value TENSOR|T1 6,T2 35
 25|input T1|output T2|value TENSOR|T1 6,T2 36
Conv
 1|X T,W T,B? T|Y T|auto_pad STRING NOTSET,dilations INTS,group INT 1,kernel_shape INTS,pads INTS,strides INTS|T 0
 11|X T,W T,B? T|Y T|auto_pad STRING NOTSET,dilations INTS,group INT 1,kernel_shape INTS,pads INTS,strides INTS|T 0
 22|X T,W T,B? T|Y T|auto_pad STRING NOTSET,dilations INTS,group INT 1,kernel_shape INTS,pads INTS,strides INTS|T 3
ConvInteger
 10|x T1,w T2,x_zero_point? T1,w_zero_point? T2|y T3|auto_pad STRING NOTSET,dilations INTS,group INT 1,kernel_shape INTS,pads INTS,strides INTS|T1 37,T2 37,T3 38
ConvTranspose
 1|X T,W T,B? T|Y T|auto_pad STRING NOTSET,dilations INTS,group INT 1,kernel_shape INTS,output_padding INTS,output_shape INTS,pads INTS,strides INTS|T 0
 11|X T,W T,B? T|Y T|auto_pad STRING NOTSET,dilations INTS,group INT 1,kernel_shape INTS,output_padding INTS,output_shape INTS,pads INTS,strides INTS|T 0
 22|X T,W T,B? T|Y T|auto_pad STRING NOTSET,dilations INTS,group INT 1,kernel_shape INTS,output_padding INTS,output_shape INTS,pads INTS,strides INTS|T 3
Cos
 7|input T|output T||T 0
 22|input T|output T||T 3
Cosh
 9|input T|output T||T 0
 22|input T|output T||T 3
Crop
 1~|X T|Y T|border INTS,scale INTS|T 0
 10!||||
CumProd
 26|x T,axis T2|y T|exclusive INT 0,reverse INT 0|T 5,T2 12
CumSum
 11|x T,axis T2|y T|exclusive INT 0,reverse INT 0|T 39,T2 12
 14|x T,axis T2|y T|exclusive INT 0,reverse INT 0|T 5,T2 12
DFT
 17|input T1,dft_length? T2|output T1|axis INT 1,inverse INT 0,onesided INT 0|T1 3,T2 12
 20|input T1,dft_length? T2,axis? tensor(int64)|output T1|inverse INT 0,onesided INT 0|T1 3,T2 12
DeformConv
 19|X T,W T,offset T,B? T,mask? T|Y T|dilations INTS,group INT 1,kernel_shape INTS,offset_group INT 1,pads INTS,strides INTS|T 0
 22|X T,W T,offset T,B? T,mask? T|Y T|dilations INTS,group INT 1,kernel_shape INTS,offset_group INT 1,pads INTS,strides INTS|T 3
DepthToSpace
 1|input T|output T|blocksize! INT|T 25
 11|input T|output T|blocksize! INT,mode STRING DCR|T 25
 13|input T|output T|blocksize! INT,mode STRING DCR|T 24
 28|input T|output T|blocksize! INT,mode STRING DCR|T 24
DequantizeLinear
 10|x T,x_scale tensor(float),x_zero_point? T|y tensor(float)||T 40
 13|x T,x_scale tensor(float),x_zero_point? T|y tensor(float)|axis INT 1|T 40
 19|x T1,x_scale T2,x_zero_point? T1|y T2|axis INT 1|T1 41,T2 22
 21|x T1,x_scale T2,x_zero_point? T1|y T2|axis INT 1,block_size INT 0|T1 42,T2 22
 23|x T1,x_scale T2,x_zero_point? T1|y T3|axis INT 1,block_size INT 0,output_dtype INT 0|T1 43,T2 22,T3 22
 24|x T1,x_scale T2,x_zero_point? T1|y T3|axis INT 1,block_size INT 0,output_dtype INT 0|T1 43,T2 44,T3 22
 25|x T1,x_scale T2,x_zero_point? T1|y T3|axis INT 1,block_size INT 0,output_dtype INT 0|T1 45,T2 44,T3 22
 28|x T1,x_scale T2,x_zero_point? T1|y T3|axis INT 1,block_size INT 0,output_dtype INT 0|T1 46,T2 44,T3 22
Det
 11|X T|Y T||T 0
 22|X T|Y T||T 3
Div
 1|A T,B T|C T|axis INT,broadcast INT 0,consumed_inputs INTS|T 0
 6|A T,B T|C T|axis INT,broadcast INT 0|T 4
 7|A T,B T|C T||T 4
 13|A T,B T|C T||T 5
 14|A T,B T|C T||T 2
Dropout
 1|data T|output T,mask? T|consumed_inputs INTS,is_test INT 0,ratio FLOAT 0.5|T 0
 6|data T|output T,mask? T|is_test INT 0,ratio FLOAT 0.5|T 0
 7|data T|output T,mask? T|ratio FLOAT 0.5|T 0
 10|data T|output T,mask? T1|ratio FLOAT 0.5|T 0,T1 7
 12|data T,ratio? T1,training_mode? T2|output T,mask? T2|seed INT|T 0,T1 0,T2 7
 13|data T,ratio? T1,training_mode? T2|output T,mask? T2|seed INT|T 3,T1 0,T2 7
 22|data T,ratio? T1,training_mode? T2|output T,mask? T2|seed INT|T 47,T1 47,T2 7
DynamicQuantizeLinear
 11|x T1|y T2,y_scale tensor(float),y_zero_point T2||T1 23,T2 48
DynamicSlice
 1~|data T,starts Tind,ends Tind,axes? Tind|output T||T 25,Tind 12
 10!||||
Einsum
 12|Inputs*1 T|Output T|equation! STRING|T 1
 28|Inputs*1 T|Output T|equation! STRING|T 2
Elu
 1|X T|Y T|alpha FLOAT 1.0,consumed_inputs INTS|T 0
 6|X T|Y T|alpha FLOAT 1.0|T 0
 22|X T|Y T|alpha FLOAT 1.0|T 3
Equal
 1|A T,B T|C T1|axis INT,broadcast INT 0|T 49,T1 7
 7|A T,B T|C T1||T 49,T1 7
 11|A T,B T|C T1||T 13,T1 7
 13|A T,B T|C T1||T 8,T1 7
 19|A T,B T|C T1||T 15,T1 7
Erf
 9|input T|output T||T 1
 13|input T|output T||T 3
Exp
 1|input T|output T|consumed_inputs INTS|T 0
 6|input T|output T||T 0
 13|input T|output T||T 3
Expand
 8|input T,shape tensor(int64)|output T||T 25
 13|input T,shape tensor(int64)|output T||T 24
EyeLike
 9|input T1|output T2|dtype INT,k INT 0|T1 13,T2 13
 22|input T1|output T2|dtype INT,k INT 0|T1 8,T2 8
FC
 1~|X T,W T,B T|Y T|axis INT 1,axis_w INT 1|T 0
 10!||||
Flatten
 1|input T|output T|axis INT 1|T 0
 9|input T|output T|axis INT 1|T 25
 11|input T|output T|axis INT 1|T 25
 13|input T|output T|axis INT 1|T 24
 21|input T|output T|axis INT 1|T 28
 23|input T|output T|axis INT 1|T 29
 24|input T|output T|axis INT 1|T 30
 25|input T|output T|axis INT 1|T 31
Floor
 1|X T|Y T|consumed_inputs INTS|T 0
 6|X T|Y T||T 0
 13|X T|Y T||T 3
GRU
 1|X T,W T,R T,B? T,sequence_lens? T1,initial_h? T|Y? T,Y_h T|activation_alpha FLOATS,activation_beta FLOATS,activations STRINGS,clip FLOAT,direction STRING foward,hidden_size INT,output_sequence INT 0|T 0,T1 38
 3|X T,W T,R T,B? T,sequence_lens? T1,initial_h? T|Y? T,Y_h? T|activation_alpha FLOATS,activation_beta FLOATS,activations STRINGS,clip FLOAT,direction STRING forward,hidden_size INT,linear_before_reset INT 0,output_sequence INT 0|T 0,T1 38
 7|X T,W T,R T,B? T,sequence_lens? T1,initial_h? T|Y? T,Y_h? T|activation_alpha FLOATS,activation_beta FLOATS,activations STRINGS,clip FLOAT,direction STRING forward,hidden_size INT,linear_before_reset INT 0|T 0,T1 38
 14|X T,W T,R T,B? T,sequence_lens? T1,initial_h? T|Y? T,Y_h? T|activation_alpha FLOATS,activation_beta FLOATS,activations STRINGS,clip FLOAT,direction STRING forward,hidden_size INT,layout INT 0,linear_before_reset INT 0|T 0,T1 38
 22|X T,W T,R T,B? T,sequence_lens? T1,initial_h? T|Y? T,Y_h? T|activation_alpha FLOATS,activation_beta FLOATS,activations STRINGS,clip FLOAT,direction STRING forward,hidden_size INT,layout INT 0,linear_before_reset INT 0|T 3,T1 38
GRUUnit
 1~|hidden_prev T,gates T,seq_lengths T,t T|hidden T|drop_states INT|T 0
 10!||||
Gather
 1|data T,indices Tind|output T|axis INT 0|T 25,Tind 12
 11|data T,indices Tind|output T|axis INT 0|T 25,Tind 12
 13|data T,indices Tind|output T|axis INT 0|T 24,Tind 12
GatherElements
 11|data T,indices Tind|output T|axis INT 0|T 25,Tind 12
 13|data T,indices Tind|output T|axis INT 0|T 24,Tind 12
GatherND
 11|data T,indices tensor(int64)|output T||T 25
 12|data T,indices tensor(int64)|output T|batch_dims INT 0|T 25
 13|data T,indices tensor(int64)|output T|batch_dims INT 0|T 24
Gelu
 20|X T|Y T|approximate STRING none|T 3
Gemm
 1|A T,B T,C T|Y T|alpha FLOAT 1.0,beta FLOAT 1.0,broadcast INT 0,transA INT 0,transB INT 0|T 0
 6|A T,B T,C T|Y T|alpha FLOAT 1.0,beta FLOAT 1.0,broadcast INT 0,transA INT 0,transB INT 0|T 0
 7|A T,B T,C T|Y T|alpha FLOAT 1.0,beta FLOAT 1.0,transA INT 0,transB INT 0|T 0
 9|A T,B T,C T|Y T|alpha FLOAT 1.0,beta FLOAT 1.0,transA INT 0,transB INT 0|T 4
 11|A T,B T,C? T|Y T|alpha FLOAT 1.0,beta FLOAT 1.0,transA INT 0,transB INT 0|T 4
 13|A T,B T,C? T|Y T|alpha FLOAT 1.0,beta FLOAT 1.0,transA INT 0,transB INT 0|T 5
GivenTensorFill
 1~|shape? T|X T|extra_shape INTS,input_as_shape INT,shape INTS,values FLOATS|T 0
 10!||||
GlobalAveragePool
 1|X T|Y T||T 0
 22|X T|Y T||T 3
GlobalLpPool
 1|X T|Y T|p FLOAT 2.0|T 0
 2|X T|Y T|p INT 2|T 0
 22|X T|Y T|p INT 2|T 3
GlobalMaxPool
 1|X T|Y T||T 0
 22|X T|Y T||T 3
Greater
 1|A T,B T|C T1|axis INT,broadcast INT 0|T 0,T1 7
 7|A T,B T|C T1||T 0,T1 7
 9|A T,B T|C T1||T 1,T1 7
 13|A T,B T|C T1||T 2,T1 7
GreaterOrEqual
 12|A T,B T|C T1||T 1,T1 7
 16|A T,B T|C T1||T 2,T1 7
GridSample
 16|X T1,grid T2|Y T1|align_corners INT 0,mode STRING bilinear,padding_mode STRING zeros|T1 25,T2 0
 20|X T1,grid T2|Y T1|align_corners INT 0,mode STRING linear,padding_mode STRING zeros|T1 25,T2 0
 22|X T1,grid T2|Y T1|align_corners INT 0,mode STRING linear,padding_mode STRING zeros|T1 24,T2 3
GroupNormalization
 18!|X T,scale T,bias T|Y T|epsilon FLOAT 1e-05,num_groups! INT|T 3
 21|X T,scale T,bias T|Y T|epsilon FLOAT 1e-05,num_groups! INT,stash_type INT 1|T 3
HammingWindow
 17|size T1|output T2|output_datatype INT 1,periodic INT 1|T1 12,T2 2
HannWindow
 17|size T1|output T2|output_datatype INT 1,periodic INT 1|T1 12,T2 2
HardSigmoid
 1|X T|Y T|alpha FLOAT 0.2,beta FLOAT 0.5,consumed_inputs INTS|T 0
 6|X T|Y T|alpha FLOAT 0.2,beta FLOAT 0.5|T 0
 22|X T|Y T|alpha FLOAT 0.2,beta FLOAT 0.5|T 3
HardSwish
 14|X T|Y T||T 0
 22|X T|Y T||T 3
Hardmax
 1|input T|output T|axis INT 1|T 0
 11|input T|output T|axis INT 1|T 0
 13|input T|output T|axis INT -1|T 3
Identity
 1|input T|output T||T 25
 13|input T|output T||T 24
 14|input V|output V||V 50
 16|input V|output V||V 51
 19|input V|output V||V 52
 21|input V|output V||V 53
 23|input V|output V||V 54
 24|input V|output V||V 55
 25|input V|output V||V 56
If
 1|cond B|outputs~1 V|else_branch! GRAPH,then_branch! GRAPH|V 25,B 7
 11|cond B|outputs~1 V|else_branch! GRAPH,then_branch! GRAPH|V 25,B 7
 13|cond B|outputs~1 V|else_branch! GRAPH,then_branch! GRAPH|V 57,B 7
 16|cond B|outputs~1 V|else_branch! GRAPH,then_branch! GRAPH|V 58,B 7
 19|cond B|outputs~1 V|else_branch! GRAPH,then_branch! GRAPH|V 59,B 7
 21|cond B|outputs~1 V|else_branch! GRAPH,then_branch! GRAPH|V 60,B 7
 23|cond B|outputs~1 V|else_branch! GRAPH,then_branch! GRAPH|V 61,B 7
 24|cond B|outputs~1 V|else_branch! GRAPH,then_branch! GRAPH|V 62,B 7
 25|cond B|outputs~1 V|else_branch! GRAPH,then_branch! GRAPH|V 63,B 7
ImageDecoder
 20|encoded_stream T1|image T2|pixel_format STRING RGB|T1 48,T2 48
ImageScaler
 1~|X T|Y T|bias FLOATS,scale FLOAT 1.0|T 0
 10!||||
InstanceNormalization
 1|input T,scale T,B T|output T|consumed_inputs INTS,epsilon FLOAT 1e-05|T 0
 6|input T,scale T,B T|output T|epsilon FLOAT 1e-05|T 0
 22|input T,scale T,B T|output T|epsilon FLOAT 1e-05|T 3
IsInf
 10|X T1|Y T2|detect_negative INT 1,detect_positive INT 1|T1 64,T2 7
 20|X T1|Y T2|detect_negative INT 1,detect_positive INT 1|T1 47,T2 7
IsNaN
 9|X T1|Y T2||T1 0,T2 7
 13|X T1|Y T2||T1 3,T2 7
 20|X T1|Y T2||T1 47,T2 7
LRN
 1|X T|Y T|alpha FLOAT 1e-04,beta FLOAT 0.75,bias FLOAT 1.0,size! INT|T 0
 13|X T|Y T|alpha FLOAT 1e-04,beta FLOAT 0.75,bias FLOAT 1.0,size! INT|T 3
LSTM
 1|X T,W T,R T,B? T,sequence_lens? T1,initial_h? T,initial_c? T,P? T|Y? T,Y_h? T,Y_c? T|activation_alpha FLOATS,activation_beta FLOATS,activations STRINGS,clip FLOAT,direction STRING forward,hidden_size INT,input_forget INT 0,output_sequence INT 0|T 0,T1 38
 7|X T,W T,R T,B? T,sequence_lens? T1,initial_h? T,initial_c? T,P? T|Y? T,Y_h? T,Y_c? T|activation_alpha FLOATS,activation_beta FLOATS,activations STRINGS,clip FLOAT,direction STRING forward,hidden_size INT,input_forget INT 0|T 0,T1 38
 14|X T,W T,R T,B? T,sequence_lens? T1,initial_h? T,initial_c? T,P? T|Y? T,Y_h? T,Y_c? T|activation_alpha FLOATS,activation_beta FLOATS,activations STRINGS,clip FLOAT,direction STRING forward,hidden_size INT,input_forget INT 0,layout INT 0|T 0,T1 38
 22|X T,W T,R T,B? T,sequence_lens? T1,initial_h? T,initial_c? T,P? T|Y? T,Y_h? T,Y_c? T|activation_alpha FLOATS,activation_beta FLOATS,activations STRINGS,clip FLOAT,direction STRING forward,hidden_size INT,input_forget INT 0,layout INT 0|T 3,T1 38
LayerNormalization
 17|X T,Scale T,B? T|Y T,Mean? U,InvStdDev? U|axis INT -1,epsilon FLOAT 1e-05,stash_type INT 1|T 3,U 65
LeakyRelu
 1|X T|Y T|alpha FLOAT 0.01,consumed_inputs INTS|T 0
 6|X T|Y T|alpha FLOAT 0.01|T 0
 16|X T|Y T|alpha FLOAT 0.01|T 3
Less
 1|A T,B T|C T1|axis INT,broadcast INT 0|T 0,T1 7
 7|A T,B T|C T1||T 0,T1 7
 9|A T,B T|C T1||T 1,T1 7
 13|A T,B T|C T1||T 2,T1 7
LessOrEqual
 12|A T,B T|C T1||T 1,T1 7
 16|A T,B T|C T1||T 2,T1 7
LinearAttention
 27|query T,key T,value T,past_state? S,decay? T,beta? T|output T,present_state S|chunk_size INT 64,kv_num_heads! INT,q_num_heads! INT,scale FLOAT 0.0,update_rule STRING gated_delta|T 22,S 22
Log
 1|input T|output T|consumed_inputs INTS|T 0
 6|input T|output T||T 0
 13|input T|output T||T 3
LogSoftmax
 1|input T|output T|axis INT 1|T 0
 11|input T|output T|axis INT 1|T 0
 13|input T|output T|axis INT -1|T 3
Loop
 1|M? I,cond? B,v_initial~1 V|v_final_and_scan_outputs~1 V|body! GRAPH|V 25,I 6,B 7
 11|M? I,cond? B,v_initial~0 V|v_final_and_scan_outputs~1 V|body! GRAPH|V 25,I 6,B 7
 13|M? I,cond? B,v_initial~0 V|v_final_and_scan_outputs~1 V|body! GRAPH|V 57,I 6,B 7
 16|M? I,cond? B,v_initial~0 V|v_final_and_scan_outputs~1 V|body! GRAPH|V 58,I 6,B 7
 19|M? I,cond? B,v_initial~0 V|v_final_and_scan_outputs~1 V|body! GRAPH|V 59,I 6,B 7
 21|M? I,cond? B,v_initial~0 V|v_final_and_scan_outputs~1 V|body! GRAPH|V 60,I 6,B 7
 23|M? I,cond? B,v_initial~0 V|v_final_and_scan_outputs~1 V|body! GRAPH|V 61,I 6,B 7
 24|M? I,cond? B,v_initial~0 V|v_final_and_scan_outputs~1 V|body! GRAPH|V 62,I 6,B 7
 25|M? I,cond? B,v_initial~0 V|v_final_and_scan_outputs~1 V|body! GRAPH|V 63,I 6,B 7
LpNormalization
 1|input T|output T|axis INT -1,p INT 2|T 0
 22|input T|output T|axis INT -1,p INT 2|T 3
LpPool
 1|X T|Y T|auto_pad STRING NOTSET,kernel_shape INTS,p FLOAT 2.0,pads INTS,strides INTS|T 0
 2|X T|Y T|auto_pad STRING NOTSET,kernel_shape! INTS,p INT 2,pads INTS,strides INTS|T 0
 11|X T|Y T|auto_pad STRING NOTSET,kernel_shape! INTS,p INT 2,pads INTS,strides INTS|T 0
 18|X T|Y T|auto_pad STRING NOTSET,ceil_mode INT 0,dilations INTS,kernel_shape! INTS,p INT 2,pads INTS,strides INTS|T 0
 22|X T|Y T|auto_pad STRING NOTSET,ceil_mode INT 0,dilations INTS,kernel_shape! INTS,p INT 2,pads INTS,strides INTS|T 3
MatMul
 1|A T,B T|Y T||T 0
 9|A T,B T|Y T||T 4
 13|A T,B T|Y T||T 5
MatMulInteger
 10|A T1,B T2,a_zero_point? T1,b_zero_point? T2|Y T3||T1 37,T2 37,T3 38
Max
 1|data_0*1 T|max T|consumed_inputs INTS|T 0
 6|data_0*1 T|max T||T 0
 8|data_0*1 T|max T||T 0
 12|data_0*1 T|max T||T 1
 13|data_0*1 T|max T||T 2
MaxPool
 1|X T|Y T|auto_pad STRING NOTSET,kernel_shape! INTS,pads INTS,strides INTS|T 0
 8|X T|Y T,Indices? I|auto_pad STRING NOTSET,kernel_shape! INTS,pads INTS,storage_order INT 0,strides INTS|T 0,I 6
 10|X T|Y T,Indices? I|auto_pad STRING NOTSET,ceil_mode INT 0,dilations INTS,kernel_shape! INTS,pads INTS,storage_order INT 0,strides INTS|T 0,I 6
 11|X T|Y T,Indices? I|auto_pad STRING NOTSET,ceil_mode INT 0,dilations INTS,kernel_shape! INTS,pads INTS,storage_order INT 0,strides INTS|T 0,I 6
 12|X T|Y T,Indices? I|auto_pad STRING NOTSET,ceil_mode INT 0,dilations INTS,kernel_shape! INTS,pads INTS,storage_order INT 0,strides INTS|T 66,I 6
 22|X T|Y T,Indices? I|auto_pad STRING NOTSET,ceil_mode INT 0,dilations INTS,kernel_shape! INTS,pads INTS,storage_order INT 0,strides INTS|T 67,I 6
MaxRoiPool
 1|X T,rois T|Y T|pooled_shape! INTS,spatial_scale FLOAT 1.0|T 0
 22|X T,rois T|Y T|pooled_shape! INTS,spatial_scale FLOAT 1.0|T 3
MaxUnpool
 9|X T1,I T2,output_shape? T2|output T1|kernel_shape! INTS,pads INTS,strides INTS|T1 0,T2 6
 11|X T1,I T2,output_shape? T2|output T1|kernel_shape! INTS,pads INTS,strides INTS|T1 0,T2 6
 22|X T1,I T2,output_shape? T2|output T1|kernel_shape! INTS,pads INTS,strides INTS|T1 3,T2 6
Mean
 1|data_0*1 T|mean T|consumed_inputs INTS|T 0
 6|data_0*1 T|mean T||T 0
 8|data_0*1 T|mean T||T 0
 13|data_0*1 T|mean T||T 3
MeanVarianceNormalization
 1~|X T|Y T|across_channels INT 0,normalize_variance INT 1|T 0
 8~|X T|Y T|axes INTS 0;2;3|T 0
 9|X T|Y T|axes INTS 0;2;3|T 0
 13|X T|Y T|axes INTS 0;2;3|T 3
MelWeightMatrix
 17|num_mel_bins T1,dft_length T1,sample_rate T1,lower_edge_hertz T2,upper_edge_hertz T2|output T3|output_datatype INT 1|T1 12,T2 3,T3 2
Min
 1|data_0*1 T|min T|consumed_inputs INTS|T 0
 6|data_0*1 T|min T||T 0
 8|data_0*1 T|min T||T 0
 12|data_0*1 T|min T||T 1
 13|data_0*1 T|min T||T 2
Mish
 18|X T|Y T||T 0
 22|X T|Y T||T 3
Mod
 10|A T,B T|C T|fmod INT 0|T 1
 13|A T,B T|C T|fmod INT 0|T 2
 28|A T,B T|C T|fmod INT 0|T 2
Mul
 1|A T,B T|C T|axis INT,broadcast INT 0,consumed_inputs INTS|T 0
 6|A T,B T|C T|axis INT,broadcast INT 0|T 4
 7|A T,B T|C T||T 4
 13|A T,B T|C T||T 5
 14|A T,B T|C T||T 2
Multinomial
 7|input T1|output T2|dtype INT 6,sample_size INT 1,seed FLOAT|T1 0,T2 12
 22|input T1|output T2|dtype INT 6,sample_size INT 1,seed FLOAT|T1 3,T2 12
Neg
 1|X T|Y T|consumed_inputs INTS|T 0
 6|X T|Y T||T 68
 13|X T|Y T||T 69
NegativeLogLikelihoodLoss
 12|input T,target Tind,weight? T|loss T|ignore_index INT,reduction STRING mean|T 0,Tind 12
 13|input T,target Tind,weight? T|loss T|ignore_index INT,reduction STRING mean|T 0,Tind 12
 22|input T,target Tind,weight? T|loss T|ignore_index INT,reduction STRING mean|T 3,Tind 12
NonMaxSuppression
 10|boxes tensor(float),scores tensor(float),max_output_boxes_per_class? tensor(int64),iou_threshold? tensor(float),score_threshold? tensor(float)|selected_indices tensor(int64)|center_point_box INT 0|
 11|boxes tensor(float),scores tensor(float),max_output_boxes_per_class? tensor(int64),iou_threshold? tensor(float),score_threshold? tensor(float)|selected_indices tensor(int64)|center_point_box INT 0|
NonZero
 9|X T|Y tensor(int64)||T 25
 13|X T|Y tensor(int64)||T 24
Not
 1|X T|Y T||T 7
OneHot
 9|indices T1,depth T2,values T3|output T3|axis INT -1|T1 1,T2 1,T3 25
 11|indices T1,depth T2,values T3|output T3|axis INT -1|T1 1,T2 1,T3 25
 28|indices T1,depth T2,values T3|output T3|axis INT -1|T1 1,T2 1,T3 24
Optional
 15|input? V|output O|type TYPE_PROTO|V 57,O 70
 28|input? V|output O|type TYPE_PROTO|V 71,O 72
OptionalGetElement
 15|input O|output V||O 70,V 57
 18|input O|output V||O 73,V 57
 28|input O|output V||O 74,V 71
OptionalHasElement
 15|input O|output B||O 70,B 7
 18|input? O|output B||O 73,B 7
 28|input? O|output B||O 74,B 7
Or
 1|A T,B T|C T1|axis INT,broadcast INT 0|T 7,T1 7
 7|A T,B T|C T1||T 7,T1 7
PRelu
 1|X T,slope T|Y T|consumed_inputs INTS|T 0
 6|X T,slope T|Y T||T 0
 7|X T,slope T|Y T||T 0
 9|X T,slope T|Y T||T 4
 16|X T,slope T|Y T||T 5
Pad
 1|data T|output T|mode STRING constant,paddings! INTS,value FLOAT 0.0|T 0
 2|data T|output T|mode STRING constant,pads! INTS,value FLOAT 0.0|T 0
 11|data T,pads tensor(int64),constant_value? T|output T|mode STRING constant|T 1
 13|data T,pads tensor(int64),constant_value? T|output T|mode STRING constant|T 24
 18|data T,pads tensor(int64),constant_value? T,axes? Tind|output T|mode STRING constant|T 24,Tind 12
 19|data T,pads tensor(int64),constant_value? T,axes? Tind|output T|mode STRING constant|T 24,Tind 12
 21|data T,pads tensor(int64),constant_value? T,axes? Tind|output T|mode STRING constant|T 28,Tind 12
 23|data T,pads tensor(int64),constant_value? T,axes? Tind|output T|mode STRING constant|T 29,Tind 12
 24|data T,pads tensor(int64),constant_value? T,axes? Tind|output T|mode STRING constant|T 30,Tind 12
 25|data T,pads tensor(int64),constant_value? T,axes? Tind|output T|mode STRING constant|T 31,Tind 12
ParametricSoftplus
 1~|X T|Y T|alpha FLOAT,beta FLOAT|T 0
 10!||||
Pow
 1|X T,Y T|Z T|axis INT,broadcast INT 0|T 0
 7|X T,Y T|Z T||T 0
 12|X T,Y T1|Z T||T 75,T1 1
 13|X T,Y T1|Z T||T 76,T1 1
 15|X T,Y T1|Z T||T 76,T1 2
QLinearConv
 10|x T1,x_scale tensor(float),x_zero_point T1,w T2,w_scale tensor(float),w_zero_point T2,y_scale tensor(float),y_zero_point T3,B? T4|y T3|auto_pad STRING NOTSET,dilations INTS,group INT 1,kernel_shape INTS,pads INTS,strides INTS|T1 37,T2 37,T3 37,T4 38
QLinearMatMul
 10|a T1,a_scale tensor(float),a_zero_point T1,b T2,b_scale tensor(float),b_zero_point T2,y_scale tensor(float),y_zero_point T3|y T3||T1 37,T2 37,T3 37
 21|a T1,a_scale TS,a_zero_point T1,b T2,b_scale TS,b_zero_point T2,y_scale TS,y_zero_point T3|y T3||TS 22,T1 77,T2 77,T3 77
QuantizeLinear
 10|x T1,y_scale tensor(float),y_zero_point? T2|y T2||T1 78,T2 37
 13|x T1,y_scale tensor(float),y_zero_point? T2|y T2|axis INT 1|T1 78,T2 37
 19|x T1,y_scale T1,y_zero_point? T2|y T2|axis INT 1,saturate INT 1|T1 79,T2 77
 21|x T1,y_scale T1,y_zero_point? T2|y T2|axis INT 1,block_size INT 0,output_dtype INT 0,saturate INT 1|T1 79,T2 80
 23|x T1,y_scale T2,y_zero_point? T3|y T3|axis INT 1,block_size INT 0,output_dtype INT 0,precision INT 0,saturate INT 1|T1 79,T2 79,T3 81
 24|x T1,y_scale T2,y_zero_point? T3|y T3|axis INT 1,block_size INT 0,output_dtype INT 0,precision INT 0,saturate INT 1|T1 79,T2 82,T3 81
 25|x T1,y_scale T2,y_zero_point? T3|y T3|axis INT 1,block_size INT 0,output_dtype INT 0,precision INT 0,saturate INT 1|T1 79,T2 82,T3 83
 28|x T1,y_scale T2,y_zero_point? T3|y T3|axis INT 1,block_size INT 0,output_dtype INT 0,precision INT 0,saturate INT 1|T1 79,T2 82,T3 84
RMSNormalization
 23|X T,scale V|Y V|axis INT -1,epsilon FLOAT 1e-05,stash_type INT 1|T 3,V 3
RNN
 1|X T,W T,R T,B? T,sequence_lens? T1,initial_h? T|Y? T,Y_h? T|activation_alpha FLOATS,activation_beta FLOATS,activations STRINGS Tanh;Tanh,clip FLOAT,direction STRING forward,hidden_size INT,output_sequence INT 0|T 0,T1 38
 7|X T,W T,R T,B? T,sequence_lens? T1,initial_h? T|Y? T,Y_h? T|activation_alpha FLOATS,activation_beta FLOATS,activations STRINGS Tanh;Tanh,clip FLOAT,direction STRING forward,hidden_size INT|T 0,T1 38
 14|X T,W T,R T,B? T,sequence_lens? T1,initial_h? T|Y? T,Y_h? T|activation_alpha FLOATS,activation_beta FLOATS,activations STRINGS Tanh;Tanh,clip FLOAT,direction STRING forward,hidden_size INT,layout INT 0|T 0,T1 38
 22|X T,W T,R T,B? T,sequence_lens? T1,initial_h? T|Y? T,Y_h? T|activation_alpha FLOATS,activation_beta FLOATS,activations STRINGS Tanh;Tanh,clip FLOAT,direction STRING forward,hidden_size INT,layout INT 0|T 3,T1 38
RandomNormal
 1||output T|dtype INT 1,mean FLOAT 0.0,scale FLOAT 1.0,seed FLOAT,shape! INTS|T 0
 22||output T|dtype INT 1,mean FLOAT 0.0,scale FLOAT 1.0,seed FLOAT,shape! INTS|T 3
RandomNormalLike
 1|input T1|output T2|dtype INT,mean FLOAT 0.0,scale FLOAT 1.0,seed FLOAT|T1 25,T2 0
 22|input T1|output T2|dtype INT,mean FLOAT 0.0,scale FLOAT 1.0,seed FLOAT|T1 24,T2 3
RandomUniform
 1||output T|dtype INT 1,high FLOAT 1.0,low FLOAT 0.0,seed FLOAT,shape! INTS|T 0
 22||output T|dtype INT 1,high FLOAT 1.0,low FLOAT 0.0,seed FLOAT,shape! INTS|T 3
RandomUniformLike
 1|input T1|output T2|dtype INT,high FLOAT 1.0,low FLOAT 0.0,seed FLOAT|T1 25,T2 0
 22|input T1|output T2|dtype INT,high FLOAT 1.0,low FLOAT 0.0,seed FLOAT|T1 24,T2 3
Range
 11|start T,limit T,delta T|output T||T 85
 27|start T,limit T,delta T|output T|stash_type INT 1|T 86
Reciprocal
 1|X T|Y T|consumed_inputs INTS|T 0
 6|X T|Y T||T 0
 13|X T|Y T||T 3
ReduceL1
 1|data T|reduced T|axes INTS,keepdims INT 1|T 4
 11|data T|reduced T|axes INTS,keepdims INT 1|T 4
 13|data T|reduced T|axes INTS,keepdims INT 1|T 5
 18|data T,axes? tensor(int64)|reduced T|keepdims INT 1,noop_with_empty_axes INT 0|T 5
ReduceL2
 1|data T|reduced T|axes INTS,keepdims INT 1|T 4
 11|data T|reduced T|axes INTS,keepdims INT 1|T 4
 13|data T|reduced T|axes INTS,keepdims INT 1|T 5
 18|data T,axes? tensor(int64)|reduced T|keepdims INT 1,noop_with_empty_axes INT 0|T 5
ReduceLogSum
 1|data T|reduced T|axes INTS,keepdims INT 1|T 4
 11|data T|reduced T|axes INTS,keepdims INT 1|T 4
 13|data T|reduced T|axes INTS,keepdims INT 1|T 5
 18|data T,axes? tensor(int64)|reduced T|keepdims INT 1,noop_with_empty_axes INT 0|T 5
 28|data T,axes? tensor(int64)|reduced T|keepdims INT 1,noop_with_empty_axes INT 0|T 3
ReduceLogSumExp
 1|data T|reduced T|axes INTS,keepdims INT 1|T 4
 11|data T|reduced T|axes INTS,keepdims INT 1|T 4
 13|data T|reduced T|axes INTS,keepdims INT 1|T 5
 18|data T,axes? tensor(int64)|reduced T|keepdims INT 1,noop_with_empty_axes INT 0|T 5
 28|data T,axes? tensor(int64)|reduced T|keepdims INT 1,noop_with_empty_axes INT 0|T 3
ReduceMax
 1|data T|reduced T|axes INTS,keepdims INT 1|T 4
 11|data T|reduced T|axes INTS,keepdims INT 1|T 4
 12|data T|reduced T|axes INTS,keepdims INT 1|T 87
 13|data T|reduced T|axes INTS,keepdims INT 1|T 88
 18|data T,axes? tensor(int64)|reduced T|keepdims INT 1,noop_with_empty_axes INT 0|T 88
 20|data T,axes? tensor(int64)|reduced T|keepdims INT 1,noop_with_empty_axes INT 0|T 89
ReduceMean
 1|data T|reduced T|axes INTS,keepdims INT 1|T 4
 11|data T|reduced T|axes INTS,keepdims INT 1|T 4
 13|data T|reduced T|axes INTS,keepdims INT 1|T 5
 18|data T,axes? tensor(int64)|reduced T|keepdims INT 1,noop_with_empty_axes INT 0|T 5
ReduceMin
 1|data T|reduced T|axes INTS,keepdims INT 1|T 4
 11|data T|reduced T|axes INTS,keepdims INT 1|T 4
 12|data T|reduced T|axes INTS,keepdims INT 1|T 87
 13|data T|reduced T|axes INTS,keepdims INT 1|T 88
 18|data T,axes? tensor(int64)|reduced T|keepdims INT 1,noop_with_empty_axes INT 0|T 88
 20|data T,axes? tensor(int64)|reduced T|keepdims INT 1,noop_with_empty_axes INT 0|T 89
ReduceProd
 1|data T|reduced T|axes INTS,keepdims INT 1|T 4
 11|data T|reduced T|axes INTS,keepdims INT 1|T 4
 13|data T|reduced T|axes INTS,keepdims INT 1|T 5
 18|data T,axes? tensor(int64)|reduced T|keepdims INT 1,noop_with_empty_axes INT 0|T 5
ReduceSum
 1|data T|reduced T|axes INTS,keepdims INT 1|T 4
 11|data T|reduced T|axes INTS,keepdims INT 1|T 4
 13|data T,axes? tensor(int64)|reduced T|keepdims INT 1,noop_with_empty_axes INT 0|T 5
ReduceSumSquare
 1|data T|reduced T|axes INTS,keepdims INT 1|T 4
 11|data T|reduced T|axes INTS,keepdims INT 1|T 4
 13|data T|reduced T|axes INTS,keepdims INT 1|T 5
 18|data T,axes? tensor(int64)|reduced T|keepdims INT 1,noop_with_empty_axes INT 0|T 5
RegexFullMatch
 20|X T1|Y T2|pattern STRING|T1 90,T2 7
Relu
 1|X T|Y T|consumed_inputs INTS|T 0
 6|X T|Y T||T 0
 13|X T|Y T||T 3
 14|X T|Y T||T 69
Reshape
 1|data T|reshaped T|consumed_inputs INTS,shape INTS|T 0
 5|data T,shape tensor(int64)|reshaped T||T 25
 13|data T,shape tensor(int64)|reshaped T||T 24
 14|data T,shape tensor(int64)|reshaped T|allowzero INT 0|T 24
 19|data T,shape tensor(int64)|reshaped T|allowzero INT 0|T 27
 21|data T,shape tensor(int64)|reshaped T|allowzero INT 0|T 28
 23|data T,shape tensor(int64)|reshaped T|allowzero INT 0|T 29
 24|data T,shape tensor(int64)|reshaped T|allowzero INT 0|T 30
 25|data T,shape tensor(int64)|reshaped T|allowzero INT 0|T 31
Resize
 10|X T,scales tensor(float)|Y T|mode STRING nearest|T 25
 11|X T1,roi T2,scales tensor(float),sizes? tensor(int64)|Y T1|coordinate_transformation_mode STRING half_pixel,cubic_coeff_a FLOAT -0.75,exclude_outside INT 0,extrapolation_value FLOAT 0.0,mode STRING nearest,nearest_mode STRING round_prefer_floor|T1 25,T2 0
 13|X T1,roi? T2,scales? tensor(float),sizes? tensor(int64)|Y T1|coordinate_transformation_mode STRING half_pixel,cubic_coeff_a FLOAT -0.75,exclude_outside INT 0,extrapolation_value FLOAT 0.0,mode STRING nearest,nearest_mode STRING round_prefer_floor|T1 24,T2 0
 18|X T1,roi? T2,scales? tensor(float),sizes? tensor(int64)|Y T1|antialias INT 0,axes INTS,coordinate_transformation_mode STRING half_pixel,cubic_coeff_a FLOAT -0.75,exclude_outside INT 0,extrapolation_value FLOAT 0.0,keep_aspect_ratio_policy STRING stretch,mode STRING nearest,nearest_mode STRING round_prefer_floor|T1 24,T2 0
 19|X T1,roi? T2,scales? tensor(float),sizes? tensor(int64)|Y T1|antialias INT 0,axes INTS,coordinate_transformation_mode STRING half_pixel,cubic_coeff_a FLOAT -0.75,exclude_outside INT 0,extrapolation_value FLOAT 0.0,keep_aspect_ratio_policy STRING stretch,mode STRING nearest,nearest_mode STRING round_prefer_floor|T1 24,T2 0
ReverseSequence
 10|input T,sequence_lens tensor(int64)|Y T|batch_axis INT 1,time_axis INT 0|T 25
 28|input T,sequence_lens tensor(int64)|Y T|batch_axis INT 1,time_axis INT 0|T 24
RoiAlign
 10|X T1,rois T1,batch_indices T2|Y T1|mode STRING avg,output_height INT 1,output_width INT 1,sampling_ratio INT 0,spatial_scale FLOAT 1.0|T1 0,T2 6
 16|X T1,rois T1,batch_indices T2|Y T1|coordinate_transformation_mode STRING half_pixel,mode STRING avg,output_height INT 1,output_width INT 1,sampling_ratio INT 0,spatial_scale FLOAT 1.0|T1 0,T2 6
 22|X T1,rois T1,batch_indices T2|Y T1|coordinate_transformation_mode STRING half_pixel,mode STRING avg,output_height INT 1,output_width INT 1,sampling_ratio INT 0,spatial_scale FLOAT 1.0|T1 3,T2 6
RotaryEmbedding
 23|X T,cos_cache T,sin_cache T,position_ids? M|Y T|interleaved INT 0,num_heads INT,rotary_embedding_dim INT 0|T 22,M 6
Round
 11|X T|Y T||T 0
 22|X T|Y T||T 3
STFT
 17|signal T1,frame_step T2,window? T1,frame_length? T2|output T1|onesided INT 1|T1 3,T2 12
Scale
 1~|X T|Y T|scale FLOAT 1.0|T 0
 10!||||
ScaledTanh
 1~|X T|Y T|alpha FLOAT,beta FLOAT|T 0
 10!||||
Scan
 8|sequence_lens? I,initial_state_and_scan_inputs~1 V|final_state_and_scan_outputs~1 V|body! GRAPH,directions INTS,num_scan_inputs! INT|I 6,V 25
 9|initial_state_and_scan_inputs~1 V|final_state_and_scan_outputs~1 V|body! GRAPH,num_scan_inputs! INT,scan_input_axes INTS,scan_input_directions INTS,scan_output_axes INTS,scan_output_directions INTS|V 25
 11|initial_state_and_scan_inputs~1 V|final_state_and_scan_outputs~1 V|body! GRAPH,num_scan_inputs! INT,scan_input_axes INTS,scan_input_directions INTS,scan_output_axes INTS,scan_output_directions INTS|V 25
 16|initial_state_and_scan_inputs~1 V|final_state_and_scan_outputs~1 V|body! GRAPH,num_scan_inputs! INT,scan_input_axes INTS,scan_input_directions INTS,scan_output_axes INTS,scan_output_directions INTS|V 24
 19|initial_state_and_scan_inputs~1 V|final_state_and_scan_outputs~1 V|body! GRAPH,num_scan_inputs! INT,scan_input_axes INTS,scan_input_directions INTS,scan_output_axes INTS,scan_output_directions INTS|V 27
 21|initial_state_and_scan_inputs~1 V|final_state_and_scan_outputs~1 V|body! GRAPH,num_scan_inputs! INT,scan_input_axes INTS,scan_input_directions INTS,scan_output_axes INTS,scan_output_directions INTS|V 28
 23|initial_state_and_scan_inputs~1 V|final_state_and_scan_outputs~1 V|body! GRAPH,num_scan_inputs! INT,scan_input_axes INTS,scan_input_directions INTS,scan_output_axes INTS,scan_output_directions INTS|V 29
 24|initial_state_and_scan_inputs~1 V|final_state_and_scan_outputs~1 V|body! GRAPH,num_scan_inputs! INT,scan_input_axes INTS,scan_input_directions INTS,scan_output_axes INTS,scan_output_directions INTS|V 30
 25|initial_state_and_scan_inputs~1 V|final_state_and_scan_outputs~1 V|body! GRAPH,num_scan_inputs! INT,scan_input_axes INTS,scan_input_directions INTS,scan_output_axes INTS,scan_output_directions INTS|V 31
Scatter
 9|data T,indices Tind,updates T|output T|axis INT 0|T 25,Tind 12
 11!|data T,indices Tind,updates T|output T|axis INT 0|T 25,Tind 12
ScatterElements
 11|data T,indices Tind,updates T|output T|axis INT 0|T 25,Tind 12
 13|data T,indices Tind,updates T|output T|axis INT 0|T 24,Tind 12
 16|data T,indices Tind,updates T|output T|axis INT 0,reduction STRING none|T 24,Tind 12
 18|data T,indices Tind,updates T|output T|axis INT 0,reduction STRING none|T 24,Tind 12
ScatterND
 11|data T,indices tensor(int64),updates T|output T||T 25
 13|data T,indices tensor(int64),updates T|output T||T 24
 16|data T,indices tensor(int64),updates T|output T|reduction STRING none|T 24
 18|data T,indices tensor(int64),updates T|output T|reduction STRING none|T 24
Selu
 1|X T|Y T|alpha FLOAT 1.6732,consumed_inputs INTS,gamma FLOAT 1.0507|T 0
 6|X T|Y T|alpha FLOAT 1.6732632,gamma FLOAT 1.050701|T 0
 22|X T|Y T|alpha FLOAT 1.6732632,gamma FLOAT 1.050701|T 3
SequenceAt
 11|input_sequence S,position I|tensor T||S 26,T 25,I 12
SequenceConstruct
 11|inputs*1 T|output_sequence S||T 25,S 26
SequenceEmpty
 11||output S|dtype INT|S 26
SequenceErase
 11|input_sequence S,position? I|output_sequence S||S 26,I 12
SequenceInsert
 11|input_sequence S,tensor T,position? I|output_sequence S||T 25,S 26,I 12
SequenceLength
 11|input_sequence S|length I||S 26,I 6
SequenceMap
 17|input_sequence S,additional_inputs~0 V|out_sequence~1 S|body! GRAPH|S 26,V 57
Shape
 1|data T|shape T1||T 25,T1 6
 13|data T|shape T1||T 24,T1 6
 15|data T|shape T1|end INT,start INT 0|T 24,T1 6
 19|data T|shape T1|end INT,start INT 0|T 27,T1 6
 21|data T|shape T1|end INT,start INT 0|T 28,T1 6
 23|data T|shape T1|end INT,start INT 0|T 29,T1 6
 24|data T|shape T1|end INT,start INT 0|T 30,T1 6
 25|data T|shape T1|end INT,start INT 0|T 31,T1 6
Shrink
 9|input T|output T|bias FLOAT 0.0,lambd FLOAT 0.5|T 1
Sigmoid
 1|X T|Y T|consumed_inputs INTS|T 0
 6|X T|Y T||T 0
 13|X T|Y T||T 3
Sign
 9|input T|output T||T 1
 13|input T|output T||T 2
Sin
 7|input T|output T||T 0
 22|input T|output T||T 3
Sinh
 9|input T|output T||T 0
 22|input T|output T||T 3
Size
 1|data T|size T1||T 25,T1 6
 13|data T|size T1||T 24,T1 6
 19|data T|size T1||T 27,T1 6
 21|data T|size T1||T 28,T1 6
 23|data T|size T1||T 29,T1 6
 24|data T|size T1||T 30,T1 6
 25|data T|size T1||T 31,T1 6
Slice
 1|data T|output T|axes INTS,ends! INTS,starts! INTS|T 25
 10|data T,starts Tind,ends Tind,axes? Tind,steps? Tind|output T||T 25,Tind 12
 11|data T,starts Tind,ends Tind,axes? Tind,steps? Tind|output T||T 25,Tind 12
 13|data T,starts Tind,ends Tind,axes? Tind,steps? Tind|output T||T 24,Tind 12
Softmax
 1|input T|output T|axis INT 1|T 0
 11|input T|output T|axis INT 1|T 0
 13|input T|output T|axis INT -1|T 3
SoftmaxCrossEntropyLoss
 12|scores T,labels Tind,weights? T|output T,log_prob? T|ignore_index INT,reduction STRING mean|T 0,Tind 12
 13|scores T,labels Tind,weights? T|output T,log_prob? T|ignore_index INT,reduction STRING mean|T 3,Tind 12
Softplus
 1|X T|Y T||T 0
 22|X T|Y T||T 3
Softsign
 1|input T|output T||T 0
 22|input T|output T||T 3
SpaceToDepth
 1|input T|output T|blocksize! INT|T 25
 13|input T|output T|blocksize! INT|T 24
 28|input T|output T|blocksize! INT,mode STRING DCR|T 24
Split
 1|input T,split? T|outputs...*1 T|axis INT,split INTS|T 0
 2|input T|outputs*1 T|axis INT 0,split INTS|T 25
 11|input T|outputs*1 T|axis INT 0,split INTS|T 25
 13|input T,split? tensor(int64)|outputs*1 T|axis INT 0|T 24
 18|input T,split? tensor(int64)|outputs*1 T|axis INT 0,num_outputs INT|T 24
SplitToSequence
 11|input T,split? I|output_sequence S|axis INT 0,keepdims INT 1|T 25,I 12,S 26
 24|input T,split? I|output_sequence S|axis INT 0,keepdims INT 1|T 24,I 12,S 91
Sqrt
 1|X T|Y T|consumed_inputs INTS|T 0
 6|X T|Y T||T 0
 13|X T|Y T||T 3
Squeeze
 1|data T|squeezed T|axes INTS|T 25
 11|data T|squeezed T|axes INTS|T 25
 13|data T,axes? tensor(int64)|squeezed T||T 24
 21|data T,axes? tensor(int64)|squeezed T||T 28
 23|data T,axes? tensor(int64)|squeezed T||T 29
 24|data T,axes? tensor(int64)|squeezed T||T 30
 25|data T,axes? tensor(int64)|squeezed T||T 31
StringConcat
 20|X T,Y T|Z T||T 90
StringNormalizer
 10|X tensor(string)|Y tensor(string)|case_change_action STRING NONE,is_case_sensitive INT 0,locale STRING,stopwords STRINGS|
StringSplit
 20|X T1|Y T2,Z T3|delimiter STRING,maxsplit INT|T1 90,T2 90,T3 6
Sub
 1|A T,B T|C T|axis INT,broadcast INT 0,consumed_inputs INTS|T 0
 6|A T,B T|C T|axis INT,broadcast INT 0|T 4
 7|A T,B T|C T||T 4
 13|A T,B T|C T||T 5
 14|A T,B T|C T||T 2
Sum
 1|data_0*1 T|sum T|consumed_inputs INTS|T 0
 6|data_0*1 T|sum T||T 0
 8|data_0*1 T|sum T||T 0
 13|data_0*1 T|sum T||T 3
SwiGLU
 28|A T,B T|Y T|alpha FLOAT 1.0|T 3
Swish
 24|X T|Y T|alpha FLOAT 1.0|T 3
Tan
 7|input T|output T||T 0
 22|input T|output T||T 3
Tanh
 1|input T|output T|consumed_inputs INTS|T 0
 6|input T|output T||T 0
 13|input T|output T||T 3
TensorScatter
 24|past_cache T,update T,write_indices? tensor(int64)|present_cache T|axis INT -2,mode STRING linear|T 30
TfIdfVectorizer
 9|X T|Y T1|max_gram_length! INT,max_skip_count! INT,min_gram_length! INT,mode! STRING,ngram_counts! INTS,ngram_indexes! INTS,pool_int64s INTS,pool_strings STRINGS,weights FLOATS|T 92,T1 23
ThresholdedRelu
 1~|X T|Y T|alpha FLOAT 1.0|T 0
 10|X T|Y T|alpha FLOAT 1.0|T 0
 22|X T|Y T|alpha FLOAT 1.0|T 3
Tile
 1|input T,tiles T,axis T|output T||T 0,T1 6
 6|input T,repeats T1|output T||T 25,T1 6
 13|input T,repeats T1|output T||T 24,T1 6
TopK
 1|X T|Values T,Indices I|axis INT -1,k! INT|T 0,I 6
 10|X T,K tensor(int64)|Values T,Indices I|axis INT -1|T 0,I 6
 11|X T,K tensor(int64)|Values T,Indices I|axis INT -1,largest INT 1,sorted INT 1|T 1,I 6
 24|X T,K tensor(int64)|Values T,Indices I|axis INT -1,largest INT 1,sorted INT 1|T 2,I 6
Transpose
 1|data T|transposed T|perm INTS|T 25
 13|data T|transposed T|perm INTS|T 24
 21|data T|transposed T|perm INTS|T 28
 23|data T|transposed T|perm INTS|T 29
 24|data T|transposed T|perm INTS|T 30
 25|data T|transposed T|perm INTS|T 31
Trilu
 14|input T,k? tensor(int64)|output T|upper INT 1|T 24
Unique
 11|X T|Y T,indices? tensor(int64),inverse_indices? tensor(int64),counts? tensor(int64)|axis INT,sorted INT 1|T 25
 28|X T|Y T,indices? tensor(int64),inverse_indices? tensor(int64),counts? tensor(int64)|axis INT,sorted INT 1|T 24
Unsqueeze
 1|data T|expanded T|axes! INTS|T 25
 11|data T|expanded T|axes! INTS|T 25
 13|data T,axes tensor(int64)|expanded T||T 24
 21|data T,axes tensor(int64)|expanded T||T 28
 23|data T,axes tensor(int64)|expanded T||T 29
 24|data T,axes tensor(int64)|expanded T||T 30
 25|data T,axes tensor(int64)|expanded T||T 31
Upsample
 1|X T|Y T|height_scale! FLOAT,mode STRING nearest,width_scale! FLOAT|T 93
 7|X T|Y T|mode STRING nearest,scales! FLOATS|T 25
 9|X T,scales tensor(float)|Y T|mode STRING nearest|T 25
 10!|X T,scales tensor(float)|Y T|mode STRING nearest|T 25
Where
 9|condition B,X T,Y T|output T||B 7,T 25
 16|condition B,X T,Y T|output T||B 7,T 24
Xor
 1|A T,B T|C T1|axis INT,broadcast INT 0|T 7,T1 7
 7|A T,B T|C T1||T 7,T1 7
ai.onnx.ml.ArrayFeatureExtractor
 1|X T,Y tensor(int64)|Z T||T 94
ai.onnx.ml.Binarizer
 1|X T|Y T|threshold FLOAT 0.0|T 95
ai.onnx.ml.CastMap
 1|X T1|Y T2|cast_to STRING TO_FLOAT,map_form STRING DENSE,max_map INT 1|T1 96,T2 97
ai.onnx.ml.CategoryMapper
 1|X T1|Y T2|cats_int64s INTS,cats_strings STRINGS,default_int64 INT -1,default_string STRING _Unused|T1 98,T2 98
ai.onnx.ml.DictVectorizer
 1|X T1|Y T2|int64_vocabulary INTS,string_vocabulary STRINGS|T1 99,T2 100
ai.onnx.ml.FeatureVectorizer
 1|X*1 T1|Y tensor(float)|inputdimensions INTS|T1 95
ai.onnx.ml.Imputer
 1|X T|Y T|imputed_value_floats FLOATS,imputed_value_int64s INTS,replaced_value_float FLOAT 0.0,replaced_value_int64 INT 0|T 95
ai.onnx.ml.LabelEncoder
 1|X T1|Y T2|classes_strings STRINGS,default_int64 INT -1,default_string STRING _Unused|T1 98,T2 98
 2|X T1|Y T2|default_float FLOAT -0.0,default_int64 INT -1,default_string STRING _Unused,keys_floats FLOATS,keys_int64s INTS,keys_strings STRINGS,values_floats FLOATS,values_int64s INTS,values_strings STRINGS|T1 97,T2 97
 4|X T1|Y T2|default_float FLOAT -0.0,default_int64 INT -1,default_string STRING _Unused,default_tensor TENSOR,keys_floats FLOATS,keys_int64s INTS,keys_strings STRINGS,keys_tensor TENSOR,values_floats FLOATS,values_int64s INTS,values_strings STRINGS,values_tensor TENSOR|T1 101,T2 101
ai.onnx.ml.LinearClassifier
 1|X T1|Y T2,Z tensor(float)|classlabels_ints INTS,classlabels_strings STRINGS,coefficients! FLOATS,intercepts FLOATS,multi_class INT 0,post_transform STRING NONE|T1 95,T2 98
ai.onnx.ml.LinearRegressor
 1|X T|Y tensor(float)|coefficients FLOATS,intercepts FLOATS,post_transform STRING NONE,targets INT 1|T 95
ai.onnx.ml.Normalizer
 1|X T|Y tensor(float)|norm STRING MAX|T 95
ai.onnx.ml.OneHotEncoder
 1|X T|Y tensor(float)|cats_int64s INTS,cats_strings STRINGS,zeros INT 1|T 94
ai.onnx.ml.SVMClassifier
 1|X T1|Y T2,Z tensor(float)|classlabels_ints INTS,classlabels_strings STRINGS,coefficients FLOATS,kernel_params FLOATS,kernel_type STRING LINEAR,post_transform STRING NONE,prob_a FLOATS,prob_b FLOATS,rho FLOATS,support_vectors FLOATS,vectors_per_class INTS|T1 95,T2 98
ai.onnx.ml.SVMRegressor
 1|X T|Y tensor(float)|coefficients FLOATS,kernel_params FLOATS,kernel_type STRING LINEAR,n_supports INT 0,one_class INT 0,post_transform STRING NONE,rho FLOATS,support_vectors FLOATS|T 95
ai.onnx.ml.Scaler
 1|X T|Y tensor(float)|offset FLOATS,scale FLOATS|T 95
ai.onnx.ml.TreeEnsemble
 5|X T|Y T|aggregate_function INT 1,leaf_targetids! INTS,leaf_weights! TENSOR,membership_values TENSOR,n_targets INT,nodes_falseleafs! INTS,nodes_falsenodeids! INTS,nodes_featureids! INTS,nodes_hitrates TENSOR,nodes_missing_value_tracks_true INTS,nodes_modes! TENSOR,nodes_splits! TENSOR,nodes_trueleafs! INTS,nodes_truenodeids! INTS,post_transform INT 0,tree_roots! INTS|T 0
ai.onnx.ml.TreeEnsembleClassifier
 1|X T1|Y T2,Z tensor(float)|base_values FLOATS,class_ids INTS,class_nodeids INTS,class_treeids INTS,class_weights FLOATS,classlabels_int64s INTS,classlabels_strings STRINGS,nodes_falsenodeids INTS,nodes_featureids INTS,nodes_hitrates FLOATS,nodes_missing_value_tracks_true INTS,nodes_modes STRINGS,nodes_nodeids INTS,nodes_treeids INTS,nodes_truenodeids INTS,nodes_values FLOATS,post_transform STRING NONE|T1 95,T2 98
 3|X T1|Y T2,Z tensor(float)|base_values FLOATS,base_values_as_tensor TENSOR,class_ids INTS,class_nodeids INTS,class_treeids INTS,class_weights FLOATS,class_weights_as_tensor TENSOR,classlabels_int64s INTS,classlabels_strings STRINGS,nodes_falsenodeids INTS,nodes_featureids INTS,nodes_hitrates FLOATS,nodes_hitrates_as_tensor TENSOR,nodes_missing_value_tracks_true INTS,nodes_modes STRINGS,nodes_nodeids INTS,nodes_treeids INTS,nodes_truenodeids INTS,nodes_values FLOATS,nodes_values_as_tensor TENSOR,post_transform STRING NONE|T1 95,T2 98
 5!|X T1|Y T2,Z tensor(float)|base_values FLOATS,base_values_as_tensor TENSOR,class_ids INTS,class_nodeids INTS,class_treeids INTS,class_weights FLOATS,class_weights_as_tensor TENSOR,classlabels_int64s INTS,classlabels_strings STRINGS,nodes_falsenodeids INTS,nodes_featureids INTS,nodes_hitrates FLOATS,nodes_hitrates_as_tensor TENSOR,nodes_missing_value_tracks_true INTS,nodes_modes STRINGS,nodes_nodeids INTS,nodes_treeids INTS,nodes_truenodeids INTS,nodes_values FLOATS,nodes_values_as_tensor TENSOR,post_transform STRING NONE|T1 95,T2 98
ai.onnx.ml.TreeEnsembleRegressor
 1|X T|Y tensor(float)|aggregate_function STRING SUM,base_values FLOATS,n_targets INT,nodes_falsenodeids INTS,nodes_featureids INTS,nodes_hitrates FLOATS,nodes_missing_value_tracks_true INTS,nodes_modes STRINGS,nodes_nodeids INTS,nodes_treeids INTS,nodes_truenodeids INTS,nodes_values FLOATS,post_transform STRING NONE,target_ids INTS,target_nodeids INTS,target_treeids INTS,target_weights FLOATS|T 95
 3|X T|Y tensor(float)|aggregate_function STRING SUM,base_values FLOATS,base_values_as_tensor TENSOR,n_targets INT,nodes_falsenodeids INTS,nodes_featureids INTS,nodes_hitrates FLOATS,nodes_hitrates_as_tensor TENSOR,nodes_missing_value_tracks_true INTS,nodes_modes STRINGS,nodes_nodeids INTS,nodes_treeids INTS,nodes_truenodeids INTS,nodes_values FLOATS,nodes_values_as_tensor TENSOR,post_transform STRING NONE,target_ids INTS,target_nodeids INTS,target_treeids INTS,target_weights FLOATS,target_weights_as_tensor TENSOR|T 95
 5!|X T|Y tensor(float)|aggregate_function STRING SUM,base_values FLOATS,base_values_as_tensor TENSOR,n_targets INT,nodes_falsenodeids INTS,nodes_featureids INTS,nodes_hitrates FLOATS,nodes_hitrates_as_tensor TENSOR,nodes_missing_value_tracks_true INTS,nodes_modes STRINGS,nodes_nodeids INTS,nodes_treeids INTS,nodes_truenodeids INTS,nodes_values FLOATS,nodes_values_as_tensor TENSOR,post_transform STRING NONE,target_ids INTS,target_nodeids INTS,target_treeids INTS,target_weights FLOATS,target_weights_as_tensor TENSOR|T 95
ai.onnx.ml.ZipMap
 1|X tensor(float)|Z T|classlabels_int64s INTS,classlabels_strings STRINGS|T 102
ai.onnx.preview.FlexAttention
 1|Q T1,K T1,V T1|Y T1|prob_mod GRAPH,scale FLOAT,score_mod GRAPH,softmax_precision INT|T1 3
ai.onnx.preview.training.Adagrad
 1|R T1,T T2,inputs~1 T3|outputs~1 T3|decay_factor FLOAT 0.0,epsilon FLOAT 1e-06,norm_coefficient FLOAT 0.0|T1 64,T2 6,T3 64
ai.onnx.preview.training.Adam
 1|R T1,T T2,inputs~1 T3|outputs~1 T3|alpha FLOAT 0.9,beta FLOAT 0.999,epsilon FLOAT 1e-06,norm_coefficient FLOAT 0.0,norm_coefficient_post FLOAT 0.0|T1 64,T2 6,T3 64
ai.onnx.preview.training.Gradient
 1|Inputs~1 T1|Outputs~1 T2|xs! STRINGS,y! STRING,zs STRINGS|T1 25,T2 0
ai.onnx.preview.training.Momentum
 1|R T1,T T2,inputs~1 T3|outputs~1 T3|alpha! FLOAT,beta! FLOAT,mode! STRING,norm_coefficient! FLOAT|T1 64,T2 6,T3 64
"""
}
