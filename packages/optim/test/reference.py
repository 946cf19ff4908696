# What torch 1.13 makes of the same problems, in double precision: writes reference.json beside this file.
# The tests read that file and never run this one. It gives the same numbers on every x86 processor with AVX2:
# the set of instructions is fixed, and LBFGS does not take its products from a BLAS, which sums as it likes.
import os
os.environ['ATEN_CPU_CAPABILITY'] = 'avx2'
import torch, json, math
torch.Tensor.dot = lambda a, b: (a * b).sum()
torch.set_default_dtype(torch.float64)
from torch.optim import *
def quad(p):
    a = torch.tensor([200.,1.,20.,5.]); return 0.5*(a*(p-torch.tensor([1.,-1.,.5,2.]))**2).sum()
def rosen(p): return (1-p[0])**2+100*(p[1]-p[0]**2)**2
def waves(p): return (torch.sin(3*p)+.1*p*p+.05*torch.cos(7*p)).sum()
def start(kind): return torch.tensor({'quadratic':[3.,2.,-1.,0.5],'rosenbrock':[-1.2,1.0],'waves':[2.5,-1.7,.4]}[kind],requires_grad=True)
class NAdam(Optimizer):
    # torch 1.13 multiplies by mu once too often in the product of momenta, later versions do not: theirs.
    def __init__(self, params, lr=2e-3, betas=(.9,.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, wd=weight_decay, md=momentum_decay))
    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            b1,b2=group['betas']
            for p in group['params']:
                s=self.state[p]
                if not s: s.update(t=0,m=torch.zeros_like(p),v=torch.zeros_like(p),product=1.)
                s['t']+=1; t=s['t']; g=p.grad+group['wd']*p
                mu=b1*(1-.5*.96**(t*group['md'])); after=b1*(1-.5*.96**((t+1)*group['md'])); s['product']*=mu
                s['m']=b1*s['m']+(1-b1)*g; s['v']=b2*s['v']+(1-b2)*g*g
                denominator=(s['v']/(1-b2**t)).sqrt()+group['eps']
                p-=group['lr']*((1-mu)/(1-s['product'])*g+after/(1-s['product']*after)*s['m'])/denominator
cases=[]
def case(name, cls, opts, topts): cases.append((name,cls,opts,topts))
case('SGD',SGD,dict(learningRate=1e-3),dict(lr=1e-3))
case('SGD',SGD,dict(learningRate=1e-3,momentum=.9,dampening=.1,weightDecay=.05),dict(lr=1e-3,momentum=.9,dampening=.1,weight_decay=.05))
case('SGD',SGD,dict(learningRate=5e-4,momentum=.9,nesterov=True),dict(lr=5e-4,momentum=.9,nesterov=True))
case('SGD',SGD,dict(learningRate=1e-5,momentum=.5,maximize=True),dict(lr=1e-5,momentum=.5,maximize=True))
case('AdaGrad',Adagrad,dict(),dict())
case('AdaGrad',Adagrad,dict(learningRate=.3,learningRateDecay=.02,weightDecay=.1,initialAccumulatorValue=.1,eps=1e-6),dict(lr=.3,lr_decay=.02,weight_decay=.1,initial_accumulator_value=.1,eps=1e-6))
case('Adadelta',Adadelta,dict(),dict())
case('Adadelta',Adadelta,dict(learningRate=.8,rho=.8,eps=1e-5,weightDecay=.1),dict(lr=.8,rho=.8,eps=1e-5,weight_decay=.1))
case('RMSprop',RMSprop,dict(),dict())
case('RMSprop',RMSprop,dict(centered=True,weightDecay=.1),dict(centered=True,weight_decay=.1))
case('RMSprop',RMSprop,dict(momentum=.9,alpha=.9,eps=1e-4),dict(momentum=.9,alpha=.9,eps=1e-4))
case('RMSprop',RMSprop,dict(momentum=.5,centered=True),dict(momentum=.5,centered=True))
case('Adam',Adam,dict(),dict())
case('Adam',Adam,dict(learningRate=.05,amsgrad=True,weightDecay=.1),dict(lr=.05,amsgrad=True,weight_decay=.1))
case('Adam',Adam,dict(learningRate=.02,beta1=.8,beta2=.95,eps=1e-3,maximize=True),dict(lr=.02,betas=(.8,.95),eps=1e-3,maximize=True))
case('AdamW',AdamW,dict(),dict())
case('AdamW',AdamW,dict(learningRate=.05,weightDecay=.2,amsgrad=True),dict(lr=.05,weight_decay=.2,amsgrad=True))
case('NAdam',NAdam,dict(),dict())
case('NAdam',NAdam,dict(learningRate=.05,weightDecay=.1,momentumDecay=.01),dict(lr=.05,weight_decay=.1,momentum_decay=.01))
case('RAdam',RAdam,dict(),dict())
case('RAdam',RAdam,dict(learningRate=.05,weightDecay=.1,beta2=.9),dict(lr=.05,weight_decay=.1,betas=(.9,.9)))
case('Adamax',Adamax,dict(),dict())
case('Adamax',Adamax,dict(learningRate=.05,weightDecay=.1),dict(lr=.05,weight_decay=.1))
case('Rprop',Rprop,dict(),dict())
case('Rprop',Rprop,dict(learningRate=.1,etaMinus=.4,etaPlus=1.5,stepSizeMax=.3),dict(lr=.1,etas=(.4,1.5),step_sizes=(1e-6,.3)))
case('ASGD',ASGD,dict(learningRate=1e-3),dict(lr=1e-3))
case('ASGD',ASGD,dict(learningRate=1e-3,t0=10,lambd=.1,alpha=.5,weightDecay=.1),dict(lr=1e-3,t0=10,lambd=.1,alpha=.5,weight_decay=.1))
out=[]
for name,cls,opts,topts in cases:
    for kind,f in (('quadratic',quad),('rosenbrock',rosen)):
        p=start(kind); o=cls([p],**topts); traj=[]
        for i in range(50):
            o.zero_grad(); f(p).backward(); o.step()
            if i+1 in (1,2,3,10,50): traj.append(p.detach().tolist())
        if not all(map(math.isfinite, traj[-1])) or max(map(abs, traj[-1])) > 1e6: continue  # it ran away
        out.append(dict(optimizer=name,options=opts,problem=kind,points=traj))
lb=[]
wolfe=[(dict(lineSearch='strongWolfe',**a),dict(line_search_fn='strong_wolfe',**b)) for a,b in (({},{}),(dict(maxIter=3,historySize=2),dict(max_iter=3,history_size=2)),(dict(learningRate=.1,maxIter=6),dict(lr=.1,max_iter=6)),(dict(learningRate=1e-3,maxIter=2),dict(lr=1e-3,max_iter=2)),(dict(learningRate=40,maxIter=4),dict(lr=40,max_iter=4)),(dict(learningRate=7,maxIter=5,historySize=1),dict(lr=7,max_iter=5,history_size=1)))]
for opts,topts in [({},{}),(dict(learningRate=.5,maxIter=4,historySize=3),dict(lr=.5,max_iter=4,history_size=3))]+wolfe:
    for kind,f in (('quadratic',quad),('rosenbrock',rosen),('waves',waves)):
        if kind=='rosenbrock' and topts.get('line_search_fn') is None: continue  # it runs away
        p=start(kind); o=LBFGS([p],**topts); traj=[]; losses=[]
        def closure():
            o.zero_grad(); l=f(p); l.backward(); return l
        for i in range(6):
            losses.append(o.step(closure).item()); traj.append(p.detach().tolist())
        if not all(map(math.isfinite, losses)): print('skipped', opts); continue
        st=o.state[p]
        lb.append(dict(options=opts,problem=kind,points=traj,losses=losses,evaluations=st['func_evals']))
# schedules
from torch.optim.lr_scheduler import *
sch=[]
def run(label,opts,make,n=30,mom=False,base=.1):
    p=torch.tensor([1.],requires_grad=True); o=SGD([p],lr=base,momentum=.9); s=make(o); v=[];m=[]
    for i in range(n):
        v.append(o.param_groups[0]['lr']); m.append(o.param_groups[0]['momentum']); o.step(); s.step()
    d=dict(schedule=label,options=opts,values=v)
    if mom: d['momenta']=m
    sch.append(d)
run('constant',dict(factor=.5,totalIters=4),lambda o:ConstantLR(o,.5,4))
run('step',dict(stepSize=7,gamma=.5),lambda o:StepLR(o,7,.5))
run('multiStep',dict(milestones=[3,8,8,20],gamma=.5),lambda o:MultiStepLR(o,[3,8,8,20],.5))
run('exponential',dict(gamma=.9),lambda o:ExponentialLR(o,.9))
run('linear',dict(startFactor=.25,endFactor=.75,totalIters=6),lambda o:LinearLR(o,.25,.75,6))
run('polynomial',dict(totalIters=12,power=2),lambda o:PolynomialLR(o,12,2.0))
run('cosine',dict(tMax=10,etaMin=.01),lambda o:CosineAnnealingLR(o,10,.01))
run('cosineRestarts',dict(t0=4,tMult=2,etaMin=.01),lambda o:CosineAnnealingWarmRestarts(o,4,2,.01))
run('cosineRestarts',dict(t0=5),lambda o:CosineAnnealingWarmRestarts(o,5))
run('oneCycle',dict(maxLearningRate=1,totalSteps=30),lambda o:OneCycleLR(o,1.,30),mom=True)
run('oneCycle',dict(maxLearningRate=1,totalSteps=30,pctStart=.25,anneal='linear',divFactor=10,finalDivFactor=100,threePhase=True),lambda o:OneCycleLR(o,1.,30,pct_start=.25,anneal_strategy='linear',div_factor=10.,final_div_factor=100.,three_phase=True),mom=True)
run('cyclic',dict(base=.01,max=.1,stepSizeUp=4),lambda o:CyclicLR(o,.01,.1,4),mom=True)
run('cyclic',dict(base=.01,max=.1,stepSizeUp=3,stepSizeDown=6,mode='triangular2'),lambda o:CyclicLR(o,.01,.1,3,6,'triangular2'),mom=True)
run('cyclic',dict(base=.01,max=.1,stepSizeUp=4,mode='expRange',gamma=.9),lambda o:CyclicLR(o,.01,.1,4,mode='exp_range',gamma=.9),mom=True)
run('warmup',dict(steps=5,startFactor=.1),lambda o:SequentialLR(o,[LinearLR(o,.1,1.,5),CosineAnnealingLR(o,20)],[5]))
metrics=[1,.9,.8,.8,.8,.8,.81,.7999,.79999,.8,.8,.8,.8,.5,.5,.5,.5,.5,.5,.5,.5,.5,.5,.5]
pl=[]
for opts,t in ((dict(patience=2),dict(patience=2)),(dict(patience=1,cooldown=2,factor=.5,thresholdMode='abs',threshold=.05,minLearningRate=.02),dict(patience=1,cooldown=2,factor=.5,threshold_mode='abs',threshold=.05,min_lr=.02)),(dict(mode='max',patience=2,factor=.3),dict(mode='max',patience=2,factor=.3))):
    p=torch.tensor([1.],requires_grad=True); o=SGD([p],lr=.1); s=ReduceLROnPlateau(o,**t); v=[]
    for m in metrics: s.step(m); v.append(o.param_groups[0]['lr'])
    pl.append(dict(options=opts,values=v))
g=[[3.,-4.,0.],[.5,-12.]]
cl=[]
for mx,nt in ((1.,2.),(5.,1.),(2.,3.),(1.5,math.inf),(100.,2.),(.5,.5)):
    ps=[torch.zeros(len(x),requires_grad=True) for x in g]
    for p,x in zip(ps,g): p.grad=torch.tensor(x)
    n=torch.nn.utils.clip_grad_norm_(ps,mx,nt).item()
    cl.append(dict(maxNorm=mx,normType=('Infinity' if nt==math.inf else nt),norm=n,gradients=[p.grad.tolist() for p in ps]))
json.dump(dict(trajectories=out,lbfgs=lb,schedules=sch,metrics=metrics,plateaus=pl,clips=cl),open(__file__.replace('.py','.json'),'w'),allow_nan=False)
